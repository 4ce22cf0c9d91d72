using OrleansStream.Streams.Conformance.Faults;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Engine;

public sealed class EngineFaultTests : EngineHarness
{
    [Fact]
    public async Task AppliesEachOnceInOrder_WhenStoreAndLogFailAtRandom()
    {
        var random = new Locked(Seed);
        Store.FailBefore = _ => random.OneIn(3) ? new IOException("disk") : null;
        Log.FailAppend = (topic, _) => topic == "out" && random.OneIn(3) ? new InvalidOperationException("log") : null;
        Injected.Plan = new FaultPlan(Seed, new Dictionary<string, FaultRates> { ["log.read"] = new(FailBefore: 0.1, FailAfter: 0.05) });
        for (int batch = 0; batch < 20; batch++) await AppendAsync(50, keys: 17);
        await WaitUntilAppliedAsync("load under faults");
        await AssertAppliedOnceAsync("load under faults");
    }

    /// <summary>The write happened, its answer was an error: the second try conflicts, the activation is fenced, the next finds it all.</summary>
    [Fact]
    public async Task AppliesAndPublishesEachOnce_WhenTheStoresAnswersAreLost()
    {
        var random = new Locked(Seed);
        Store.FailAfter = _ => random.OneIn(4) ? new IOException("the answer was lost") : null;
        for (int batch = 0; batch < 15; batch++) await AppendAsync(30, keys: 8);
        await WaitUntilAppliedAsync("load");
        await AssertAppliedOnceAsync("load");
    }

    [Fact]
    public async Task LosesNothing_WhenKeysAreDeactivatedMidStream()
    {
        var random = new Locked(Seed);
        for (int batch = 0; batch < 20; batch++)
        {
            await AppendAsync(60, keys: 10);
            for (int i = 0; i < 3; i++) await Cluster.DeactivateAsync(GrainId.Create("test-key", $"k{random.Next(10)}"));
        }
        await WaitUntilAppliedAsync("load");
        await AssertAppliedOnceAsync("load");
    }

    [Fact]
    public async Task LosesNothing_WhenPartitionGrainsAreDeactivatedMidStream()
    {
        var random = new Locked(Seed);
        for (int batch = 0; batch < 20; batch++)
        {
            await AppendAsync(100, keys: 23);
            await Cluster.DeactivateAsync(PartitionGrainId(random.Next(Partitions)));
        }
        await AppendAsync(100, keys: 23);
        await WaitUntilAppliedAsync("load");
        await AssertAppliedOnceAsync("load");
    }

    /// <summary>No record comes after the deactivation: whoever asks for the watermark brings the partition back to work.</summary>
    [Fact]
    public async Task LosesNothing_WhenPartitionGrainsAreDeactivatedAndNothingFollows()
    {
        await AppendAsync(20, keys: 20);
        await WaitUntilAppliedAsync("before");
        Store.Freeze();
        await AppendAsync(200, keys: 20);
        for (int p = 0; p < Partitions; p++)
        {
            long high = Log.Watermarks(new TopicPartition("in", p)).High;
            for (long received = 0; received < high;) received = (await PartitionOf(p).GetProgress()).Received;
            await Cluster.DeactivateAsync(PartitionGrainId(p));
        }
        Store.Thaw();
        await WaitUntilAppliedAsync("after the deactivation");
        await AssertAppliedOnceAsync("after the deactivation");
    }

    [Fact]
    public async Task StateIsAsOnceAndOutputsHaveTheSameIds_WhenTheSiloIsKilledAndStartedAgain()
    {
        for (int round = 0; round < 3; round++)
        {
            await AppendAsync(400, keys: 19);
            await Wait.UntilAsync(() => Log.HandedInTo("out").Count >= 400 * round + 50, $"round {round}: some outputs");
            await Cluster.KillSiloAsync(Cluster.Silos[0]);
            await Cluster.DisposeAsync();
            await StartAsync();
        }
        await WaitUntilAppliedAsync("after the last start");
        await AssertAppliedOnceAsync("after the last start");
    }

    [Fact]
    public async Task PublishesUnderTheSameIds_WhenTheOutputsOfADurableEpochWereLost()
    {
        await AppendAsync(50, keys: 5);
        await WaitUntilAppliedAsync("before");
        int Version() => Enumerable.Range(0, 5).Sum(k => Store.Row(GrainId.Create("test-key", $"k{k}"))!.Version);
        int before = Version();
        Log.FailAppend = (topic, _) => topic == "out" ? new InvalidOperationException("log down") : null;
        await AppendAsync(50, keys: 5);
        await Wait.UntilAsync(() => Version() > before, "a row was stored without its outputs");
        await Cluster.KillSiloAsync(Cluster.Silos[0]);
        await Cluster.DisposeAsync();
        Log.FailAppend = (_, _) => null;
        await StartAsync();
        await WaitUntilAppliedAsync("after the start");
        await AssertAppliedOnceAsync("after the start");
    }

    private static GrainId PartitionGrainId(int partition) => GrainId.Create("partition", new TopicPartition("in", partition).ToString());

    private sealed class Locked(int seed)
    {
        private readonly Random _random = new(seed);

        public int Next(int below)
        {
            lock (_random) return _random.Next(below);
        }

        public bool OneIn(int n) => Next(n) == 0;
    }
}
