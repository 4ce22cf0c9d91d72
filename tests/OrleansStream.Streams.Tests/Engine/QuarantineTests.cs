using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Tests.Engine;

/// <summary>A key whose row cannot be read: its records go to the dead letters, its row stays as it is, others go on.</summary>
public sealed class QuarantineTests : EngineHarness
{
    private static readonly GrainId Spoiled = GrainId.Create("test-key", "spoiled");

    [Fact]
    public async Task BuriesItsRecordsAndKeepsTheRow_WhenAStateCannotBeRead()
    {
        await Store.WriteAsync([new CheckpointWrite(Spoiled, 0, [0xff, 0xee])]);
        await AppendAsync(["spoiled", "fine", "spoiled", "fine"], id => id);
        await WaitUntilAppliedAsync("load");
        var letters = Log.Read(DeadLetter.TopicName).ConvertAll(r => DeadLetter.FromJson(r.Value.Span));
        Assert.Equal([("state-unreadable", "spoiled-000000"), ("state-unreadable", "spoiled-000001")], letters.Select(l => (l.Code, l.Id)));
        Assert.Equal([0xff, 0xee], Store.Row(Spoiled)!.Payload);
        Assert.Equal(2, (await DurableAsync("fine")).Count);
        Assert.True(await Key("spoiled").IsCurrent());
        await Assert.ThrowsAsync<StateUnreadableException>(async () => await Key("spoiled").GetState());
    }

    [Fact]
    public async Task BuriesEachOnce_WhenTheSiloStartsAgain()
    {
        await Store.WriteAsync([new CheckpointWrite(Spoiled, 0, [0xff])]);
        await AppendAsync(["spoiled"], id => id);
        await WaitUntilAppliedAsync("before");
        await Cluster.KillSiloAsync(Cluster.Silos[0]);
        await Cluster.DisposeAsync();
        await StartAsync();
        await AppendAsync(["spoiled"], id => id);
        await WaitUntilAppliedAsync("after");
        Assert.Equal(["spoiled-000000", "spoiled-000001"], Log.Read(DeadLetter.TopicName).Select(r => DeadLetter.FromJson(r.Value.Span).Id));
    }

    [Fact]
    public async Task TellsWhoWaits_WhenItsRecordIsBuried()
    {
        await Store.WriteAsync([new CheckpointWrite(Spoiled, 0, [0xff])]);
        await AppendAsync(["spoiled"], id => id);
        var outcome = await Key("spoiled").WaitForOutcome(Log.Read("in").Single().Offset, TimeSpan.FromSeconds(20));
        Assert.Equal("state-unreadable", DeadLetter.FromJson(outcome.DeadLetter).Code);
    }
}
