using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Tests.Engine;

/// <summary>An output for another key becomes a record of that key's topic, after the one that made it is durable.</summary>
public sealed class EmissionTests : EngineHarness
{
    [Fact]
    public async Task IsAppliedByTheOtherKeyOnce_WhenARecordEmits()
    {
        await AppendAsync(["a", "a"], _ => "emit b");
        await Wait.UntilAsync(() => Log.Read("out").Count(r => r.Key == "b") == 2, "both emissions are applied");
        await WaitUntilAppliedAsync("emissions");
        Assert.Equal(2, (await DurableAsync("a")).Count);
        Assert.Equal(2, (await DurableAsync("b")).Count);
        Assert.All(Log.Read("in").Where(r => r.Key == "b"), r => Assert.Equal(("in", "from a"), (r.Source, Records.Text(r))));
    }

    [Fact]
    public async Task IsAppliedOnce_WhenTheSiloDiesBeforeItIsPublished()
    {
        Log.FailAppend = (topic, records) => topic == "in" && records[0].Key == "b" ? new InvalidOperationException("log down") : null;
        await AppendAsync(["a"], _ => "emit b");
        await Wait.UntilAsync(() => Store.Row(GrainId.Create("test-key", "a")) is not null, "the row of a is stored");
        await Cluster.KillSiloAsync(Cluster.Silos[0]);
        await Cluster.DisposeAsync();
        Log.FailAppend = (_, _) => null;
        await StartAsync();
        await Wait.UntilAsync(() => Log.Read("out").Exists(r => r.Key == "b"), "the emission is applied");
        await WaitUntilAppliedAsync("after the start");
        Assert.Equal(1, (await DurableAsync("b")).Count);
    }

    [Fact]
    public async Task IsADeadLetterAndOthersGoOn_WhenARecordEmitsToATopicThatIsNot()
    {
        await AppendAsync(["a", "b", "a"], id => id == "a-000000" ? "emit-to nowhere" : id);
        await WaitUntilAppliedAsync("load");
        Assert.Equal("a-000000", DeadLetter.FromJson(Log.Read(DeadLetter.TopicName).Single().Value.Span).Id);
        Assert.Equal(1, (await DurableAsync("a")).Count);
        Assert.Equal(1, (await DurableAsync("b")).Count);
    }

    [Fact]
    public async Task ShowsOnlyItsOwnOutputs_WhenAKeyAlsoEmits()
    {
        await AppendAsync(["a", "a", "a"], _ => "emit b");
        await WaitUntilAppliedAsync("load");
        var page = await Key("a").ListOutputs(-1, 10);
        Assert.Equal(["a-000002#3", "a-000001#2", "a-000000#1"], page.Items.Select(o => System.Text.Encoding.UTF8.GetString(o.Json)));
        Assert.Equal(-1, page.NextBefore);
    }
}
