using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Trace;
using OrleansStream.Local;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Telemetry;

/// <summary><c>OrleansStream.Local</c> inside the test's process, its spans exported to memory.</summary>
internal sealed class InProcessLocal : IAsyncDisposable
{
    private readonly ScratchDirectory _data = new();
    private readonly SpanList _spans = new();
    private readonly TaskCompletionSource<IHostApplicationLifetime> _lifetime = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<int> _running = Task.FromResult(0);

    public HttpClient Http { get; } = new() { BaseAddress = FreePorts.Url() };

    public static async Task<InProcessLocal> StartAsync()
    {
        var local = new InProcessLocal();
        // Nobody listens at that endpoint: naming one is what turns tracing on.
        local._running = LocalProgram.RunAsync(
            [
                "--data", local._data.Path, "--urls", local.Http.BaseAddress!.ToString(), "--OrleansStream:Otlp:GrpcPort=0", "--OrleansStream:Otlp:HttpPort=0",
                "--OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9", "--applicationName=OrleansStream.Local", "--Logging:LogLevel:Default=Warning",
            ],
            builder =>
            {
                builder.Services.ConfigureOpenTelemetryTracerProvider(traces => traces.AddInMemoryExporter(local._spans));
                builder.Services.AddHostedService(services => new Started(services.GetRequiredService<IHostApplicationLifetime>(), local._lifetime));
            });
        await Task.WhenAny(local._lifetime.Task, local._running).WaitAsync(TimeSpan.FromMinutes(2));
        if (!local._lifetime.Task.IsCompleted) Assert.Fail($"Local ended with {await local._running} before it was ready.");
        var lifetime = await local._lifetime.Task;
        var started = new TaskCompletionSource();
        using (lifetime.ApplicationStarted.Register(started.SetResult)) await Task.WhenAny(started.Task, local._running);
        Assert.True(started.Task.IsCompleted, "Local ended before it was ready.");
        return local;
    }

    /// <summary>The trace's spans, once they are as wanted.</summary>
    public async Task<IReadOnlyList<Activity>> UntilAsync(string trace, Func<IReadOnlyList<Activity>, bool> wanted, TimeSpan limit)
    {
        for (long start = Environment.TickCount64; ; await Task.Delay(20))
        {
            var spans = _spans.Of(trace);
            if (wanted(spans)) return spans;
            Assert.True(Environment.TickCount64 - start < limit.TotalMilliseconds, $"The trace has: {string.Join(", ", spans.Select(s => s.DisplayName))}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        (await _lifetime.Task).StopApplication();
        Assert.Equal(0, await _running);
        _data.Dispose();
    }

    private sealed class Started(IHostApplicationLifetime lifetime, TaskCompletionSource<IHostApplicationLifetime> told) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            told.TrySetResult(lifetime);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>The exporter adds from a thread of its own.</summary>
    private sealed class SpanList : System.Collections.ObjectModel.Collection<Activity>
    {
        private readonly Lock _gate = new();

        public IReadOnlyList<Activity> Of(string trace)
        {
            lock (_gate) return [.. this.Where(span => span.TraceId.ToHexString() == trace)];
        }

        protected override void InsertItem(int index, Activity item)
        {
            lock (_gate) base.InsertItem(index, item);
        }
    }
}
