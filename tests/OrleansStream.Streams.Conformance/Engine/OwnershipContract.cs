using Microsoft.Extensions.Logging.Abstractions;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Partitions;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Conformance.Engine;

/// <summary>Several silos on one log: partitions and keys change hands, and an owner that does not know it yet is refused.</summary>
public abstract class OwnershipContract : EngineContract
{
    protected override EngineSetup Adapt(EngineSetup setup) => setup with { Silos = 2 };

    [Fact]
    public async Task LosesNothing_WhenSilosComeAndDie()
    {
        await AppendAsync(500, keys: 40);
        await Engine.Cluster.StartAdditionalSiloAsync();
        await AppendAsync(500, keys: 40);
        await Engine.Cluster.KillSiloAsync(Engine.Cluster.Silos[0]);
        await AppendAsync(500, keys: 40);
        await AssertAllAppliedOnceAsync("after a silo came and one died");
        await Engine.Cluster.StopSiloAsync(Engine.Cluster.Silos[0]);
        await AppendAsync(500, keys: 40);
        await AssertAllAppliedOnceAsync("after one went");
    }

    [Fact]
    public async Task CommitsWhatIsDurableElsewhere_WhenKeysLiveOnOtherSilosThanTheirPartition()
    {
        await AppendAsync(400, keys: 40);
        await AssertAllAppliedOnceAsync("load");
        Assert.True(Engine.Cluster.TryGetGrainContext(EngineUnderTest.PartitionId(Engine.PartitionOf("k0")), out var partition), "the partition grain is active");
        var elsewhere = Engine.Cluster.Silos.Select(s => s.SiloAddress).First(s => !s.Equals(partition!.Address.SiloAddress));
        if (!IsOn(elsewhere)) Engine.Cluster.MigrateAsync(EngineUnderTest.KeyId("k0"), elsewhere).Ignore();
        await Wait.UntilAsync(
            () =>
            {
                _ = Engine.ShownAsync("k0").GetAwaiter().GetResult();
                return IsOn(elsewhere);
            }, $"k0 is on {elsewhere}");
        await AppendAsync(Enumerable.Repeat("k0", 50));
        await AssertAllAppliedOnceAsync("k0 is elsewhere");

        bool IsOn(SiloAddress silo) => Engine.Cluster.TryGetGrainContext(EngineUnderTest.KeyId("k0"), out var key) && key!.Address.SiloAddress!.Equals(silo);
    }

    [Fact]
    public async Task LosesNothing_WhenKeysAndPartitionsMoveMidBatch()
    {
        // Orleans hands activations over in batches, and gives up one that got stuck after 30 s: that is slow, and must lose nothing.
        for (int round = 0; round < 4; round++)
        {
            await AppendAsync(200, keys: 10);
            var to = Engine.Cluster.Silos[round % 2].SiloAddress;
            for (int k = 0; k < 10; k++) Engine.Cluster.MigrateAsync(EngineUnderTest.KeyId($"k{k}"), to).Ignore();
            foreach (var partition in Engine.Partitions) Engine.Cluster.MigrateAsync(EngineUnderTest.PartitionId(partition), to).Ignore();
            await AssertAllAppliedOnceAsync($"round {round}", TimeSpan.FromSeconds(60));
        }
    }

    [Fact]
    public async Task IsRefusedAndChangesNothing_WhenAnEarlierOwnerStillSends()
    {
        var partition = Engine.PartitionOf("k");
        long owner = await KnownOwnerAsync();
        var superseded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var tracker = new OffsetTracker(0);
        var zombie = new LaneDispatcher(
            partition, owner - 1, new ChainProcessor(Engine.Processor), tracker, Engine.Cluster.Client, new NoEpochs(),
            new RecordsAgain(Engine.Log, partition, new StreamEngineOptions(), TimeProvider.System, NullLogger.Instance), new LocalKeys(1), new ApplyPace(TimeSpan.Zero), new HotKeys(8), 100, new StreamEngineOptions(), TimeProvider.System, NullLogger.Instance)
        { Superseded = () => superseded.TrySetResult() };
        foreach (var record in await Model.LogContents.ReadAsync(Engine.Log, partition, 0, Engine.Log.Watermarks(partition).High)) zombie.Add(record);
        // What only the zombie has: it read a place that the next owner has not reached yet.
        zombie.Add(Records.Of("k", "not yet").At(Engine.Log.Watermarks(partition).High + 5));
        zombie.Pump();
        await Wait.ForAsync(superseded.Task, "the earlier owner to be told");
        zombie.Stop();
        Assert.Equal(0, tracker.Watermark);
        await AppendAsync(["k", "k"]);
        await AssertAllAppliedOnceAsync("after the earlier owner was refused");
    }

    [Fact]
    public async Task IsRefusedAndChangesNothing_WhenARecordBeforeIsMissing()
    {
        var partition = Engine.PartitionOf("k");
        long owner = await KnownOwnerAsync(), high = Engine.Log.Watermarks(partition).High;
        await Assert.ThrowsAsync<RecordGapException>(async () =>
            await Engine.Key("k").Apply(new KeyBatch(partition, 0, owner, high + 1, [Records.Of("k", "too early").At(high + 2)])));
        await Assert.ThrowsAsync<OwnerSupersededException>(async () =>
            await Engine.Key("k").Apply(new KeyBatch(partition, 0, owner - 1, -1, [Records.Of("k", "too late").At(high + 2)])));
        await AppendAsync(["k"]);
        await AssertAllAppliedOnceAsync("after the refusals");
    }

    /// <summary>
    /// The partition's owner, of which "k" has heard: the partition may move to its receiver's silo at any time, and until the next owner sends something, a key
    /// cannot know of it. What it is sent here it has applied already.
    /// </summary>
    private async Task<long> KnownOwnerAsync()
    {
        await AppendAsync(["k", "k", "k"]);
        await AssertAllAppliedOnceAsync("before");
        var partition = Engine.PartitionOf("k");
        long owner = await Engine.Watch.OwnerAsync(partition);
        await Engine.Key("k").Apply(new KeyBatch(partition, 0, owner, -1, [Records.Of("k", "applied").At(0)]));
        return owner;
    }

    private sealed class NoEpochs : IEpochWatch
    {
        public Task<IReadOnlySet<GrainId>> WhenDurableAsync(EpochToken epoch) => new TaskCompletionSource<IReadOnlySet<GrainId>>().Task;

        public void Hurry(IEnumerable<SiloAddress> silos)
        {
        }
    }
}
