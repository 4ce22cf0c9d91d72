using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.ReadModels;

/// <summary>Runs the read models of this process for as long as it runs.</summary>
internal sealed class ReadModelHost : IReadModels, IHostedService, IAsyncDisposable
{
    private readonly List<ReadModelRunner> _runners;
    private readonly IEventLog _log;
    private readonly TimeProvider _time;
    private readonly Meter _meter = new(StreamMetrics.MeterName);
    private int _disposed;

    public ReadModelHost(
        IEnumerable<ReadModel> models, IEventLog log, IServiceProvider services, IOptions<ReadModelOptions> options, IOptions<StreamEngineOptions> engine,
        TimeProvider time, ILoggerFactory loggers)
    {
        (_log, _time) = (log, time);
        var store = services.GetService<ISnapshotStore>();
        _runners = [.. models.Select(m => new ReadModelRunner(m, log, store, options.Value, engine.Value, time, loggers.CreateLogger(m.GetType())))];
        if (_runners.GroupBy(r => r.Model.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new InvalidOperationException($"Two read models have the name '{twice.Key}', under which they are stored.");
        _meter.CreateObservableGauge("orleansstream.readmodel.staleness", () => Measure(s => s.Staleness.TotalSeconds), "s", "For how long the model has not been level with the log.");
        _meter.CreateObservableGauge("orleansstream.readmodel.lag", () => Measure(s => s.Lag), "{record}", "Records that the model has not taken in yet.");
    }

    public IReadOnlyList<ReadModelStatus> Status => [.. _runners.Select(r => r.Status)];

    public bool Has(string model) => _runners.Exists(r => r.Model.Name == model);

    public long PositionOf(string model, TopicPartition partition)
    {
        var runner = Find(model);
        lock (runner.Model.Gate) return runner.Progress[partition];
    }

    public async Task<bool> WaitForAsync(string model, Position position, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        var runner = Find(model);
        if (!runner.Model.Topics.Contains(position.Topic)) throw new ArgumentException($"Read model '{model}' does not read '{position.Topic}'.", nameof(position));
        Task reached;
        lock (runner.Model.Gate) reached = runner.Progress.WhenBeyond(position.TopicPartition, position.Offset + 1);
        await reached.WaitAsync(wait, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (reached.IsCompleted) return true;
        lock (runner.Model.Gate) runner.Progress.Abandon(reached);
        cancellationToken.ThrowIfCancellationRequested();
        return false;
    }

    public Task RebuildAsync(string model, long generation, IReadOnlyDictionary<TopicPartition, long> from, CancellationToken cancellationToken = default) =>
        Find(model).RebuildAsync(generation, from, cancellationToken);

    /// <exception cref="InvalidOperationException">A model reads a topic that the log does not have.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var runner in _runners)
        {
            if (runner.Model.Topics.FirstOrDefault(t => !_log.Topics.ContainsKey(t)) is { } missing)
                throw new InvalidOperationException($"Read model '{runner.Model.Name}' reads topic '{missing}', which the log does not have: declare it.");
            runner.Start();
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_runners.Select(r => r.StopAsync(cancellationToken)));

    /// <summary>The container knows it by several names, and disposes it for each.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _meter.Dispose();
        foreach (var runner in _runners) await runner.DisposeAsync();
    }

    private ReadModelRunner Find(string model) =>
        _runners.Find(r => r.Model.Name == model) ?? throw new ArgumentException($"This process has no read model '{model}'.", nameof(model));

    private IEnumerable<Measurement<T>> Measure<T>(Func<ReadModelStatus, T> value) where T : struct =>
        Status.Select(s => new Measurement<T>(value(s), new KeyValuePair<string, object?>("model", s.Name)));
}
