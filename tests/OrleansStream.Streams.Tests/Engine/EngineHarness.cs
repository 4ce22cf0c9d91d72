using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.TestingHost;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Hosting;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Partitions;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Streams.Tests.Engine;

/// <summary>
/// The whole engine in one silo on a fake log and a fake store, which outlive the silo: restart it and it finds what was durable.
/// Checks after every run what must always hold, against what was appended.
/// </summary>
public abstract class EngineHarness : IAsyncLifetime
{
    protected const string Group = "orleansstream";
    private readonly Dictionary<string, List<string>> _appended = [];
    private readonly ConcurrentQueue<string> _violations = new();

    private protected int Seed { get; } = TestSeed.Next();
    private protected FakeEventLog Log { get; private set; } = null!;
    private protected FakeCheckpointStore Store { get; } = new();
    private protected ProcessorFaults Faults { get; } = new();
    private protected InProcessTestCluster Cluster { get; private set; } = null!;

    protected virtual int Partitions => 4;

    protected virtual void Configure(StreamEngineOptions options)
    {
        options.CommitInterval = TimeSpan.FromMilliseconds(20);
        options.RetryDelay = TimeSpan.FromMilliseconds(1);
        options.MaxRetryDelay = TimeSpan.FromMilliseconds(20);
        options.CheckpointGather = TimeSpan.FromMilliseconds(5);
    }

    private protected virtual void AddServices(IServiceCollection services)
    {
    }

    /// <summary>Topics beside <c>in</c>, <c>out</c> and the dead letters, one partition each.</summary>
    private protected virtual IEnumerable<string> MoreTopics => [];

    public async ValueTask InitializeAsync()
    {
        var topics = new Dictionary<string, int> { ["in"] = Partitions, ["out"] = 1, [DeadLetter.TopicName] = 1 };
        foreach (string topic in MoreTopics) topics.Add(topic, 1);
        Log = new FakeEventLog(topics, TimeProvider.System)
        {
            Committing = CheckCommit,
        };
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Faults.OnApply = _ => null;
        Store.FailBefore = _ => null;
        Store.FailAfter = _ => null;
        Log.FailAppend = (_, _) => null;
        Store.Thaw();
        await StopAsync();
        GC.SuppressFinalize(this);
    }

    private protected async Task StartAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<IEventLog>(Log);
            silo.Services.AddSingleton<ICheckpointStore>(Store);
            silo.Services.AddStreamProcessor(new ChainProcessor(Faults));
            AddServices(silo.Services);
            silo.AddStreamEngine();
            silo.Services.Configure<StreamEngineOptions>(Configure);
            silo.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Critical));
        });
        Cluster = builder.Build();
        await Cluster.DeployAsync();
    }

    private protected async Task StopAsync()
    {
        await Cluster.StopAllSilosAsync();
        await Cluster.DisposeAsync();
    }

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

    private protected IPartitionGrain PartitionOf(int partition) => Cluster.Client.GetGrain<IPartitionGrain>(new TopicPartition("in", partition).ToString());

    private protected IKeyedStreamGrain Key(string key) => Cluster.Client.GetGrain(GrainId.Create("test-key", key)).AsReference<IKeyedStreamGrain>();

    /// <summary>What the key shows.</summary>
    private protected async Task<ChainState> DurableAsync(string key) =>
        await Key(key).GetState() is { } state ? JsonSerializer.Deserialize<ChainState>(state.Json)! : ChainState.Empty;

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
        Assert.Empty(_violations);
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

    /// <summary>Whatever is committed must be in the stored rows: asked at the moment of the commit.</summary>
    private void CheckCommit(TopicPartition partition, long next)
    {
        foreach (var key in Log.Read(partition).Where(r => r.Offset < next).GroupBy(r => r.Key))
            if (Store.Row(GrainId.Create("test-key", key.Key)) is null) _violations.Enqueue($"{partition} committed {next}, but key {key.Key} has no row");
        long published = Log.Read("out").Concat(Log.Read(DeadLetter.TopicName)).Count(r => r.Source == partition.Topic && OffsetIn(r.Id, partition) is { } o && o < next);
        long due = Log.Read(partition).Count(r => r.Offset < next);
        if (published < due) _violations.Enqueue($"{partition} committed {next} with {published} of {due} outputs published");
    }

    private static long? OffsetIn(string outputId, TopicPartition partition) =>
        Position.TryParse(outputId[..outputId.IndexOf('/', StringComparison.Ordinal)], out var position) && position.TopicPartition == partition ? position.Offset : null;
}
