using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Conformance.Faults;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Partitions;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Streams.Tests.Engine;

/// <summary>
/// The whole engine in one silo on a fake log and a fake store, which outlive the silo: restart it and it finds what was durable. For tests that need what only the
/// fakes can do; what any log must do is in the conformance suite.
/// </summary>
public abstract class EngineHarness : IAsyncLifetime
{
    protected const string Group = EngineUnderTest.Group;
    private readonly FakeLogPlace _place = new();
    private readonly Dictionary<string, List<string>> _appended = [];
    private EngineUnderTest _engine = null!;

    private protected int Seed { get; } = TestSeed.Next();
    private protected FakeEventLog Log => _place.Log!;
    private protected FakeCheckpointStore Store { get; } = new();
    private protected ProcessorFaults Faults => _engine.Processor;

    /// <summary>Faults that only the engine meets: whoever checks it looks at log and store themselves.</summary>
    private protected FaultInjector Injected => _engine.Faults;

    private protected InProcessTestCluster Cluster => _engine.Cluster;

    protected virtual int Partitions => 4;

    protected virtual int Silos => 1;

    protected virtual void Configure(StreamEngineOptions options)
    {
    }

    private protected virtual void AddServices(IServiceCollection services)
    {
    }

    /// <summary>Topics beside <c>in</c>, <c>out</c>, dead letters and jobs, one partition each.</summary>
    private protected virtual IEnumerable<string> MoreTopics => [];

    public async ValueTask InitializeAsync() => _engine = await EngineUnderTest.StartAsync(new EngineSetup
    {
        Place = _place, Store = Store, Partitions = Partitions, Silos = Silos, MoreTopics = [.. MoreTopics], Configure = Configure, AddServices = AddServices,
    });

    public async ValueTask DisposeAsync()
    {
        Store.FailBefore = _ => null;
        Store.FailAfter = _ => null;
        Log.FailAppend = (_, _) => null;
        Store.Thaw();
        await _engine.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected Task StartAsync() => _engine.StartSilosAsync();

    private protected Task StopAsync() => _engine.StopSilosAsync();

    /// <summary>Records <c>key-000000…</c>, every record of a key in order; remembers them as the model.</summary>
    private protected async Task AppendAsync(IEnumerable<string> keys, Func<string, string> valueOf)
    {
        var records = new List<LogRecord>();
        foreach (string key in keys)
        {
            if (!_appended.TryGetValue(key, out var ids)) _appended.Add(key, ids = []);
            string id = $"{key}-{ids.Count:d6}";
            ids.Add(id);
            records.Add(Records.Of(key, id, valueOf(id)));
        }
        await Log.AppendAsync("in", records);
    }

    private protected Task AppendAsync(int count, int keys) => AppendAsync(Enumerable.Range(0, count).Select(i => $"k{i % keys}"), id => id);

    private protected IPartitionGrain PartitionOf(int partition) => _engine.Partition(new TopicPartition("in", partition));

    private protected IKeyedStreamGrain Key(string key) => _engine.Key(key);

    /// <summary>What the key shows.</summary>
    private protected Task<ChainState> DurableAsync(string key) => _engine.ShownAsync(key);

    /// <summary>Until everything in the log is applied and durable.</summary>
    private protected async Task WaitUntilAppliedAsync(string phase)
    {
        for (int p = 0; p < Partitions; p++)
        {
            long high = Log.Watermarks(new TopicPartition("in", p)).High;
            if (high == 0) continue;
            bool applied = await PartitionOf(p).WaitForWatermark(high - 1, TimeSpan.FromSeconds(20));
            if (!applied) Assert.Fail($"seed {Seed}, {phase}: partition {p} stands at {await PartitionOf(p).GetProgress()}, high watermark {high}");
        }
    }

    /// <summary>Each key's durable state is that of its records applied once, in order, and each has put out exactly that.</summary>
    private protected async Task AssertAppliedOnceAsync(string phase, Func<string, bool>? poison = null)
    {
        Assert.Empty(_engine.Watch.Violations);
        var outputs = Log.Read("out").GroupBy(r => r.Key).ToDictionary(g => g.Key, g => g.Select(Records.Text).ToList());
        foreach (var (key, ids) in _appended)
        {
            var good = ids.Where(id => poison?.Invoke(id) != true).ToList();
            var expected = good.Aggregate(ChainState.Empty, (state, id) => state.Then(id));
            var state = await DurableAsync(key);
            Assert.True(expected == state, $"seed {Seed}, {phase}: key {key} is {state}, expected {expected}");
            var published = outputs.GetValueOrDefault(key) ?? [];
            Assert.True(published.SequenceEqual(good.Select((id, i) => $"{id}#{i + 1}")), $"seed {Seed}, {phase}: key {key} published [{string.Join(' ', published.Take(50))}]");
        }
    }
}
