using OrleansStream.Storage;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Conformance.Model;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.Tests.Fakes;
using OrleansStream.Streams.Tests.RandomFaults;

namespace OrleansStream.Streams.Tests.Engine;

/// <summary>The engine on Orleans' own provider, which has no place for history and timers.</summary>
public sealed class StockProviderEngineTests : EngineContract
{
    protected override ILogPlace CreatePlace() => new FakeLogPlace();

    protected override ICheckpointStore CreateStore() => new SqlitePlace(StorageOptions.Stock);

    [Fact]
    public async Task AppliesEveryRecordAndKeepsTheNewestOutputs_WhenKeysPutOutMoreThanARowHolds()
    {
        await AppendAsync(400, keys: 4);
        await AssertAllAppliedOnceAsync("first");
        await Engine.StopSilosAsync();
        await Engine.StartSilosAsync();
        await AppendAsync(400, keys: 4);
        await AssertAllAppliedOnceAsync("second");
        await AppendAsync(4, keys: 4);
        await AssertAllAppliedOnceAsync("third");
        Assert.Empty(await LogContents.ReadAsync(Engine.Log, DeadLetter.TopicName));
        var outputs = await Engine.Key("k0").ListOutputs(-1, 500);
        Assert.InRange(outputs.Items.Count, 8, OutputHistory.MaxRecentWithoutHistory);
        Assert.Equal(-1, outputs.NextBefore);
    }

    [Fact]
    public async Task BuriesTheRecordAndSaysWhatToDo_WhenItSetsATimer()
    {
        await AppendAsync(["k", "k", "k", "other"], id => id == "k-000002" ? "timer late 60000" : "plain");
        Assert.Null(await Engine.WhenCommittedAsync(Wait.Limit));
        var letter = DeadLetter.FromJson(Assert.Single(await LogContents.ReadAsync(Engine.Log, DeadLetter.TopicName)).Value.Span);
        Assert.Equal(("k-000002", "state-unstorable"), (letter.Id, letter.Code));
        Assert.Contains("group-commit", letter.Exception, StringComparison.Ordinal);
        Assert.Equal(ChainState.Empty.Then("k-000001").Then("k-000003"), await Engine.ShownAsync("k"));
    }
}
