using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.ReadModels;

/// <summary>
/// Keeps one model level with its topics: starts from the snapshot, tails every partition, starts over when asked to. Nothing the log or the store does ends it.
/// </summary>
internal sealed class ReadModelRunner : IAsyncDisposable
{
    private readonly IEventLog _log;
    private readonly ReadModelOptions _options;
    private readonly StreamEngineOptions _engine;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ReadModelSnapshots _snapshots;
    private readonly CancellationTokenSource _stop = new();
    private CancellationTokenSource _round = new();
    private (long Generation, IReadOnlyDictionary<TopicPartition, long> From, TaskCompletionSource Begun)? _rebuild;
    private Task _running = Task.CompletedTask;
    private long _skipped;
    private long _lost;
    private volatile string? _failure;

    public ReadModelRunner(
        ReadModel model, IEventLog log, ISnapshotStore? store, ReadModelOptions options, StreamEngineOptions engine, TimeProvider time, ILogger logger)
    {
        (Model, _log, _options, _engine, _time, _logger) = (model, log, options, engine, time, logger);
        Progress = new ReadModelProgress(log, time);
        _snapshots = new ReadModelSnapshots(model, Progress, log, store, options, engine, time, logger);
    }

    public ReadModel Model { get; }

    public ReadModelProgress Progress { get; }

    public ReadModelStatus Status
    {
        get
        {
            lock (Model.Gate)
            {
                var (lag, staleness) = Progress.Measure(Partitions);
                return new ReadModelStatus(Model.Name, lag, staleness, _skipped, _lost, _failure, Progress.Generation);
            }
        }
    }

    private IEnumerable<TopicPartition> Partitions =>
        from topic in Model.Topics
        from partition in Enumerable.Range(0, _log.Topics[topic])
        select new TopicPartition(topic, partition);

    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Stops and stores what it has, so that the next start has little to read.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_running.IsCompletedSuccessfully) await _snapshots.WriteAsync(cancellationToken);
    }

    /// <inheritdoc cref="IReadModels.RebuildAsync"/>
    public async Task RebuildAsync(long generation, IReadOnlyDictionary<TopicPartition, long> from, CancellationToken cancellationToken)
    {
        Task cancelled = Task.CompletedTask, begun;
        lock (Model.Gate)
        {
            if (generation > Math.Max(Progress.Generation, _rebuild?.Generation ?? 0))
            {
                // Whoever waits for an earlier one that has not begun gets this one.
                _rebuild = (generation, from, _rebuild?.Begun ?? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                cancelled = _round.CancelAsync();
            }
            begun = _rebuild?.Begun.Task ?? Task.CompletedTask;
        }
        await cancelled;
        await begun.WaitAsync(cancellationToken);
        Task[] level;
        lock (Model.Gate) level = [.. Partitions.Select(p => Progress.WhenBeyond(p, _log.Watermarks(p).High))];
        try
        {
            await Task.WhenAll(level).WaitAsync(cancellationToken);
        }
        finally
        {
            lock (Model.Gate)
                foreach (var waiter in level) Progress.Abandon(waiter);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _round.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await RestoreAsync();
            while (true)
            {
                CancellationToken round;
                lock (Model.Gate)
                {
                    _round.Dispose();
                    _round = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                    round = _round.Token;
                    if (_rebuild is { } rebuild)
                    {
                        StartOver(rebuild.From);
                        Progress.Generation = rebuild.Generation;
                        _snapshots.Count(1); // The stored one is of before.
                        rebuild.Begun.TrySetResult();
                        _rebuild = null;
                    }
                }
                await Task.WhenAll(Partitions.Select(p => TailAsync(p, round)).Append(_snapshots.RunAsync(round)));
                if (_stop.IsCancellationRequested) return;
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            _failure = "It ended; see the log.";
            _logger.LogCritical(e, "Read model {Model} ended: it stands still until the process is restarted.", Model.Name);
        }
    }

    /// <summary>A store that cannot be read now is waited for; a snapshot that cannot be read will not become readable.</summary>
    private async Task RestoreAsync()
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                foreach (var partition in Partitions) await _snapshots.RegisterAsync(partition, _stop.Token);
                var positions = await _snapshots.RestoreAsync(_stop.Token);
                lock (Model.Gate)
                {
                    if (positions is null) StartOver(new Dictionary<TopicPartition, long>());
                    else foreach (var p in Partitions) Progress.Start(p, positions.GetValueOrDefault(p, _log.Watermarks(p).Low));
                }
                _failure = null;
                return;
            }
            catch (Exception e) when (!_stop.IsCancellationRequested)
            {
                _failure = "Its snapshot cannot be read now.";
                _logger.LogError(e, "The snapshot of read model {Model} cannot be read now; trying again.", Model.Name);
                await Task.Delay(_engine.PauseAfter(attempt), _time, _stop.Token);
            }
        }
    }

    private void StartOver(IReadOnlyDictionary<TopicPartition, long> from)
    {
        Model.Reset();
        foreach (var p in Partitions) Progress.Start(p, from.TryGetValue(p, out long offset) ? offset : _log.Watermarks(p).Low);
    }

    private async Task TailAsync(TopicPartition partition, CancellationToken round)
    {
        for (int attempt = 0; !round.IsCancellationRequested;)
        {
            try
            {
                long next;
                lock (Model.Gate) next = Progress[partition];
                using var reader = _log.OpenReader(partition, next);
                while (true)
                {
                    var records = await reader.ReadAsync(_options.ReadRecords, _options.ReadBytes, _options.LongPoll, round);
                    (attempt, _failure) = (0, null);
                    Take(partition, records, reader.NextOffset);
                    _snapshots.Count(records.Count);
                }
            }
            catch (OperationCanceledException) when (round.IsCancellationRequested)
            {
            }
            catch (Exception e)
            {
                _failure = $"{partition} cannot be read now.";
                _logger.LogError(e, "Read model {Model} cannot read {Partition}; trying again.", Model.Name, partition);
                await Task.Delay(_engine.PauseAfter(attempt++), _time, round).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Take(TopicPartition partition, IReadOnlyList<LogRecord> records, long next)
    {
        lock (Model.Gate)
        {
            long expected = Progress[partition], low = _log.Watermarks(partition).Low;
            if (low > expected && (records.Count == 0 || records[0].Offset >= low))
            {
                _lost += low - expected;
                _logger.LogWarning("Read model {Model}: {Partition} was trimmed from {Expected} to {Low} before it was read.", Model.Name, partition, expected, low);
                next = Math.Max(next, low);
            }
            foreach (var record in records) Apply(partition, record);
            Progress.Advance(partition, next);
        }
    }

    private void Apply(TopicPartition partition, LogRecord record)
    {
        try
        {
            Model.Apply(partition, record);
        }
        catch (Exception e)
        {
            _skipped++;
            StreamMetrics.ReadModelSkipped.Add(1, new KeyValuePair<string, object?>("model", Model.Name));
            _logger.LogError(e, "Read model {Model} skips record {Offset} of {Partition}, which it cannot take in.", Model.Name, record.Offset, partition);
        }
    }
}
