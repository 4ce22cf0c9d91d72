using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Embedded.Faults;

/// <summary>
/// The disk runs into its reserve while records are in flight that emit others and set timers: input is refused, what is in flight ends and is committed, timers come when
/// there is space, and nothing is lost.
/// </summary>
public sealed class FullDiskEngineTests : IAsyncLifetime
{
    private readonly FaultyFileSystem _files = new();
    private readonly FakeCheckpointStore _store = new();
    private EngineUnderTest _engine = null!;

    public async ValueTask InitializeAsync() => _engine = await EngineUnderTest.StartAsync(new EngineSetup { Place = new Place(_files), Store = _store, Partitions = 2 });

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task EndsWhatIsInFlightAndLosesNothing_WhenTheDiskIsFull()
    {
        _store.Freeze();
        for (int i = 0; i < 20; i++) await AppendAsync("a", $"emit{i}", "emit b");
        await AppendAsync("t", "timer", "timer late 0");
        FillUp();
        int more = 0;
        await Assert.ThrowsAsync<LogFullException>(async () =>
        {
            // How much is free is asked once a second.
            for (long started = Environment.TickCount64; Environment.TickCount64 - started < 20_000; more++, await Task.Delay(50)) await AppendAsync("c", $"more{more}", "x");
        });
        _store.Thaw();
        await Wait.UntilAsync(() => CountOf("b") == 20, "the emissions are applied");
        Assert.Null(await _engine.WhenCommittedAsync(Wait.Limit));
        Assert.Equal((20, 1, more), (CountOf("a"), CountOf("t"), CountOf("c")));
        await Assert.ThrowsAsync<LogFullException>(() => AppendAsync("c", "refused", "x"));
        _files.Capacity = 1L << 40;
        await Wait.UntilAsync(() => CountOf("t") == 2, "the timer came when there was space");
        await Wait.UntilAsync(() => AppendAsync("c", "again", "x").ContinueWith(t => t.IsCompletedSuccessfully, TaskScheduler.Default).GetAwaiter().GetResult(), "input is taken again");
        Assert.Null(await _engine.WhenCommittedAsync(Wait.Limit));
        Assert.Empty(_engine.Watch.Violations);
    }

    private int CountOf(string key) => _engine.ShownAsync(key).GetAwaiter().GetResult().Count;

    private Task<AppendResult[]> AppendAsync(string key, string id, string text) => _engine.Log.AppendAsync(ChainProcessor.Topic, [Records.Of(key, id, text)]);

    /// <summary>Leaves 300 KB of ten megabytes, less than the part that is kept in reserve.</summary>
    private void FillUp()
    {
        using (var ballast = _files.OpenWrite("/ballast", create: true)) ballast.Write(new byte[10 << 20], 0);
        _files.Capacity = _files.Capacity - _files.Space("/").Free + 300_000;
    }

    private sealed class Place(FaultyFileSystem files) : ILogPlace
    {
        public LogCapabilities Capabilities => LogCapabilities.All;

        public ValueTask<IEventLog> OpenAsync(IReadOnlyDictionary<string, int> topics)
        {
            var options = new EmbeddedLogOptions { Directory = "/log", MinFreeBytes = 1 << 20 };
            foreach (var (topic, partitions) in topics) options.Topics.Add(topic, partitions);
            options.ReserveExemptTopics.UnionWith(topics.Keys.Where(t => t != ChainProcessor.Topic));
            var log = new EmbeddedLog(Options.Create(options), TimeProvider.System, NullLogger<EmbeddedLog>.Instance, [], files);
            log.Open();
            return new(log);
        }

        public ValueTask CloseAsync(IEventLog log) => ((EmbeddedLog)log).DisposeAsync();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
