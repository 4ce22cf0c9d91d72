using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.TestingHost;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Conformance.Faults;
using OrleansStream.Streams.Conformance.Model;
using OrleansStream.Streams.Hosting;
using OrleansStream.Streams.Jobs;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Partitions;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Conformance.Engine;

/// <summary>
/// The whole engine in one or more silos of this process, on a log and a store that outlive them. Between the engine and both stand the decorators that make
/// faults; tests look past them, at what is really there.
/// </summary>
public sealed class EngineUnderTest : IAsyncDisposable
{
    public const string Group = "orleansstream";
    private readonly EngineSetup _setup;

    private EngineUnderTest(EngineSetup setup)
    {
        _setup = setup;
        Calls = new FaultyCalls(Faults);
    }

    /// <summary>What stands in the log.</summary>
    public IEventLog Log { get; private set; } = null!;

    /// <summary>What stands in the store.</summary>
    public ICheckpointStore Rows => _setup.Store;

    public LogCapabilities Capabilities => _setup.Place.Capabilities;

    /// <summary>The log as the engine has it.</summary>
    public FaultyLog FaultyLog { get; private set; } = null!;

    /// <summary>The store as the engine has it.</summary>
    public FaultyCheckpointStore Store { get; private set; } = null!;

    public FaultInjector Faults { get; } = new();

    /// <summary>The calls from partitions to keys.</summary>
    public FaultyCalls Calls { get; }

    public ProcessorFaults Processor { get; } = new();

    /// <summary>Sees every commit and every owner.</summary>
    public CommitWatch Watch { get; private set; } = null!;

    public InProcessTestCluster Cluster { get; private set; } = null!;

    public IEnumerable<TopicPartition> Partitions => Enumerable.Range(0, _setup.Partitions).Select(p => new TopicPartition(ChainProcessor.Topic, p));

    public static async Task<EngineUnderTest> StartAsync(EngineSetup setup)
    {
        var engine = new EngineUnderTest(setup);
        var topics = new Dictionary<string, int> { [ChainProcessor.Topic] = setup.Partitions, [ChainProcessor.OutputTopic] = 1, [DeadLetter.TopicName] = 1, [JobRecord.Topic] = 1 };
        foreach (string topic in setup.MoreTopics) topics.Add(topic, 1);
        engine.Log = await setup.Place.OpenAsync(topics);
        engine.Watch = new CommitWatch(engine.Log, setup.Store);
        engine.FaultyLog = new FaultyLog(engine.Log, engine.Faults) { Committing = engine.Watch.OnCommittingAsync };
        engine.Store = new FaultyCheckpointStore(setup.Store, engine.Faults) { Written = engine.Watch.OnWritten };
        await engine.StartSilosAsync();
        return engine;
    }

    public async ValueTask DisposeAsync()
    {
        Heal();
        await StopSilosAsync();
        await _setup.Place.CloseAsync(Log);
        (_setup.Store as IDisposable)?.Dispose();
        await _setup.Place.DisposeAsync();
        Watch.Dispose();
    }

    /// <summary>Nothing fails any more.</summary>
    public void Heal()
    {
        Faults.Plan.Heal();
        Faults.Plan = FaultPlan.None;
        Store.Thaw();
        Processor.OnApply = _ => null;
        Calls.Arriving = _ => Task.CompletedTask;
    }

    public async Task StartSilosAsync()
    {
        var builder = new InProcessTestClusterBuilder((short)_setup.Silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<IEventLog>(FaultyLog);
            silo.Services.AddSingleton<ICheckpointStore>(Store);
            silo.Services.AddStreamProcessor(new ChainProcessor(Processor));
            _setup.AddServices(silo.Services);
            silo.AddStreamEngine();
            silo.AddIncomingGrainCallFilter(Calls);
            silo.Services.Configure<StreamEngineOptions>(Hurry);
            silo.Services.Configure<StreamEngineOptions>(_setup.Configure);
            silo.Services.Configure<ClusterMembershipOptions>(o => (o.ProbeTimeout, o.NumMissedProbesLimit, o.NumVotesForDeathDeclaration) = (TimeSpan.FromSeconds(1), 2, 1));
            silo.Services.Configure<GrainCollectionOptions>(o => o.DeactivationTimeout = TimeSpan.FromSeconds(2));
            silo.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Critical));
        });
        Cluster = builder.Build();
        await Cluster.DeployAsync();
    }

    public async Task StopSilosAsync()
    {
        await Cluster.StopAllSilosAsync();
        await Cluster.DisposeAsync();
    }

    /// <summary>All at once, as when the power goes.</summary>
    public async Task KillSilosAsync()
    {
        foreach (var silo in Cluster.Silos.ToList()) await Cluster.KillSiloAsync(silo);
        await Cluster.DisposeAsync();
    }

    public IPartitionGrain Partition(TopicPartition partition) => Cluster.Client.GetGrain<IPartitionGrain>(partition.ToString());

    public IKeyedStreamGrain Key(string key) => Cluster.Client.GetGrain(KeyId(key)).AsReference<IKeyedStreamGrain>();

    public static GrainId KeyId(string key) => GrainId.Create(ChainProcessor.GrainTypeName, key);

    public static GrainId PartitionId(TopicPartition partition) => GrainId.Create("partition", partition.ToString());

    public TopicPartition PartitionOf(string key) => new(ChainProcessor.Topic, Murmur2Partitioner.Partition(key, _setup.Partitions));

    /// <summary>What the key shows, asked until it answers: whoever stood in between may just have died.</summary>
    public async Task<ChainState> ShownAsync(string key)
    {
        for (long started = Environment.TickCount64; ; await Task.Delay(10))
        {
            try
            {
                return await Key(key).GetState() is { } state ? JsonSerializer.Deserialize<ChainState>(state.Json)! : ChainState.Empty;
            }
            catch (Exception e) when (e is OrleansException or TimeoutException or IOException && Environment.TickCount64 - started < Wait.Limit.TotalMilliseconds)
            {
            }
        }
    }

    /// <summary>Until all that stands in the input topic is applied, durable and committed, whoever has to wake for it; null, or what did not come.</summary>
    public async Task<string?> WhenCommittedAsync(TimeSpan limit)
    {
        for (long started = Environment.TickCount64; ; await Task.Delay(2))
        {
            TopicPartition? behind = null;
            foreach (var partition in Partitions)
            {
                if (await Log.CommittedAsync(Group, partition) < Log.Watermarks(partition).High) behind = partition;
            }
            if (behind is not { } stuck) return null;
            if (Environment.TickCount64 - started > limit.TotalMilliseconds) return await DescribeAsync(stuck, limit);
        }
    }

    private async Task<string> DescribeAsync(TopicPartition partition, TimeSpan limit)
    {
        string progress;
        try
        {
            progress = (await Partition(partition).GetProgress().AsTask().WaitAsync(TimeSpan.FromSeconds(5))).ToString();
        }
        catch (Exception e)
        {
            progress = $"its grain answers {e.GetType().Name}: {e.Message}";
        }
        string where = Cluster.TryGetGrainContext(PartitionId(partition), out var active) ? $"on {active!.Address.SiloAddress}" : "nowhere";
        return $"{partition} is committed up to {await Log.CommittedAsync(Group, partition)} of {Log.Watermarks(partition).High} after {limit.TotalSeconds:0} s; " +
            $"{progress}; owner {await Watch.OwnerAsync(partition)}, active {where}; silos {string.Join(' ', Cluster.Silos.Select(s => s.SiloAddress))}";
    }

    private static void Hurry(StreamEngineOptions options)
    {
        options.CommitInterval = TimeSpan.FromMilliseconds(20);
        options.AttendInterval = TimeSpan.FromMilliseconds(100);
        options.RetryDelay = TimeSpan.FromMilliseconds(1);
        options.MaxRetryDelay = TimeSpan.FromMilliseconds(20);
        options.CheckpointGather = TimeSpan.FromMilliseconds(5);
    }
}
