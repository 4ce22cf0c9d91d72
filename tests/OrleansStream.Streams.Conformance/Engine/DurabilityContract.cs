using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Conformance.Engine;

/// <summary>What an engine on any log holds through outages, restarts and idleness: nothing lost, nothing twice, nothing shown or committed too early.</summary>
public abstract class DurabilityContract : EngineContract
{
    /// <summary>Shorter than the pauses of the tests.</summary>
    private static readonly TimeSpan Inactivity = TimeSpan.FromMilliseconds(300);

    protected override EngineSetup Adapt(EngineSetup setup) => setup with { Configure = o => o.StreamInactivityPeriod = Inactivity };

    [Fact]
    public async Task AppliesEachOnceInOrder_WhenNothingFails()
    {
        for (int batch = 0; batch < 10; batch++) await AppendAsync(500, keys: 37);
        await AssertAllAppliedOnceAsync("load");
    }

    [Fact]
    public async Task CommitsNothingAndPublishesNothing_WhileTheStoreStandsStill()
    {
        await AppendAsync(20, keys: 20);
        await AssertAllAppliedOnceAsync("before");
        var before = await CommittedAsync();
        Engine.Store.Freeze();
        await AppendAsync(200, keys: 20);
        await Wait.UntilAsync(() => Engine.Partitions.All(p => Progress(p).Received == Engine.Log.Watermarks(p).High), "everything is received");
        Assert.Equal(before, await CommittedAsync());
        Assert.Equal(20, (await Model.LogContents.ReadAsync(Engine.Log, ChainProcessor.OutputTopic)).Count);
        Engine.Store.Thaw();
        await AssertAllAppliedOnceAsync("thawed");
    }

    [Fact]
    public async Task SparesWhatIsNotCommitted_WhenTheLogIsTrimmedDuringAnOutage()
    {
        Assert.SkipUnless(Engine.Capabilities.HasFlag(LogCapabilities.Trims), "This log does not say that it trims.");
        await AppendAsync(100, keys: 10);
        Assert.Null(await Engine.WhenCommittedAsync(Wait.Limit));
        Engine.Store.Freeze();
        await AppendAsync(200, keys: 20);
        var lows = Engine.Partitions.ToDictionary(p => p, p => Engine.Log.CommittedAsync(EngineUnderTest.Group, p).AsTask().GetAwaiter().GetResult());
        foreach (var partition in Engine.Partitions) await Engine.Log.TrimAsync(partition, long.MaxValue);
        await Engine.KillSilosAsync();
        Engine.Store.Thaw();
        await Engine.StartSilosAsync();
        Assert.Null(await Engine.WhenCommittedAsync(Wait.Limit));
        Assert.All(lows, low => Assert.True(Engine.Log.Watermarks(low.Key).Low <= low.Value, $"{low.Key} lost what was not committed"));
        for (int k = 0; k < 20; k++) Assert.Equal(k < 10 ? 20 : 10, (await Engine.ShownAsync($"k{k}")).Count);
    }

    [Fact]
    public async Task GoesOnWhereItWas_WhenAllSilosAreKilledMidStream()
    {
        for (int round = 0; round < 3; round++)
        {
            await AppendAsync(400, keys: 19);
            await Wait.UntilAsync(() => Engine.Log.Watermarks(new TopicPartition(ChainProcessor.OutputTopic, 0)).High > 400 * round, $"round {round}: some outputs");
            await Engine.KillSilosAsync();
            await Engine.StartSilosAsync();
        }
        await AssertAllAppliedOnceAsync("after the last start");
    }

    [Fact]
    public async Task LosesNothing_WhenKeysAreDeactivatedWhileTheirWritesHang()
    {
        // Partitions register their owners in the store: they must be awake before it stands still.
        await AppendAsync(20, keys: 20);
        await AssertAllAppliedOnceAsync("before");
        for (int round = 0; round < 3; round++)
        {
            Engine.Store.Freeze();
            await AppendAsync(100, keys: 10);
            await Wait.UntilAsync(() => Engine.Partitions.All(p => Progress(p).Received == Engine.Log.Watermarks(p).High), "everything is received");
            for (int k = 0; k < 10; k++) Engine.Cluster.DeactivateAsync(EngineUnderTest.KeyId($"k{k}")).Ignore();
            await AppendAsync(100, keys: 10);
            Engine.Store.Thaw();
        }
        await AssertAllAppliedOnceAsync("thawed");
    }

    /// <summary>dotnet/orleans#7304: a stream that nothing came on for longer than the period lost what came next.</summary>
    [Fact]
    public async Task LosesNothing_WhenStreamsAreIdleBeyondTheInactivityPeriod()
    {
        for (int round = 0; round < 5; round++)
        {
            await AppendAsync(40, keys: 8);
            await AssertAllAppliedOnceAsync($"round {round}");
            await Task.Delay(Inactivity * 2);
        }
    }

    private Partitions.PartitionProgress Progress(TopicPartition partition) =>
        Engine.Partition(partition).GetProgress().AsTask().WaitAsync(Wait.Limit).GetAwaiter().GetResult();

    private async Task<List<long>> CommittedAsync()
    {
        var all = new List<long>();
        foreach (var partition in Engine.Partitions) all.Add(await Engine.Log.CommittedAsync(EngineUnderTest.Group, partition));
        return all;
    }
}
