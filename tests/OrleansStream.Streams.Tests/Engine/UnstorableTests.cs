using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.DeadLetters;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Tests.Engine;

/// <summary>The store refuses a row for good: the record to blame goes to the dead letters, and nothing else does.</summary>
public sealed class UnstorableTests : EngineHarness
{
    private static readonly IServiceProvider Serializers = new ServiceCollection().AddSerializer().BuildServiceProvider();
    private static readonly Serializer<KeyRow<ChainState>> Rows = Serializers.GetRequiredService<Serializer<KeyRow<ChainState>>>();
    private static readonly Serializer<OutputEntry[]> History = Serializers.GetRequiredService<Serializer<OutputEntry[]>>();

    [Fact]
    public async Task LeavesADeadLetterAndAppliesTheRest_WhenARecordMakesARowThatCannotBeStored()
    {
        string[] bad = ["k3-000007", "k3-000008", "k5-000000"];
        RefuseOutputs(bad);
        await AppendAsync(300, keys: 10);
        await WaitUntilAppliedAsync("load");
        await AssertAppliedOnceAsync("load", poison: bad.Contains);
        Assert.Equal(bad.Select(id => (id, "state-unstorable", id)), Letters().OrderBy(l => l.Id).Select(l => (l.Id, l.Code, Text(l))));
        Assert.All(Letters(), letter => Assert.Contains("too large", letter.Exception, StringComparison.Ordinal));

        // Mended, it can be sent again, and its key is one like any other.
        Store.Refuse = _ => null;
        var queue = Cluster.Silos[0].ServiceProvider.GetRequiredService<DeadLetterQueue>();
        await Wait.UntilAsync(() => queue.List(new DeadLetterFilter(), null, 10).Count == bad.Length, "the letters are listed");
        foreach (var letter in queue.List(new DeadLetterFilter(), null, 10)) Assert.Equal(RedriveOutcome.Redriven, (await queue.RedriveAsync(letter)).Outcome);
        await WaitUntilAppliedAsync("redriven");
        Assert.Equal((30, 30), ((await DurableAsync("k3")).Count, (await DurableAsync("k5")).Count));
    }

    [Fact]
    public async Task BuriesWhatComesOnTop_WhenAKeyHasReachedItsLimit()
    {
        const int limit = 5;
        Refuse(row => row.State.Count > limit);
        await AppendAsync(40, keys: 2);
        await WaitUntilAppliedAsync("load");
        foreach (string key in new[] { "k0", "k1" })
        {
            Assert.Equal(limit, (await DurableAsync(key)).Count);
            Assert.Equal(Enumerable.Range(limit, 20 - limit).Select(i => $"{key}-{i:d6}"), Letters().Where(l => l.Key == key).Select(l => l.Id));
        }
    }

    [Fact]
    public async Task BuriesAllItsRecordsAndOthersGoOn_WhenAKeyCannotBeStoredAtAll()
    {
        Store.Refuse = write => write.Grain == EngineUnderTest.KeyId("k1") ? "not with this key" : null;
        await AppendAsync(100, keys: 4);
        await WaitUntilAppliedAsync("load");
        foreach (string key in new[] { "k0", "k2", "k3" })
            Assert.Equal(Enumerable.Range(0, 25).Aggregate(ChainState.Empty, (state, i) => state.Then($"{key}-{i:d6}")), await DurableAsync(key));
        Assert.Equal(25, Letters().Count);
        Assert.All(Letters(), letter => Assert.Equal(("k1", "state-unstorable"), (letter.Key, letter.Code)));
        Assert.Null(Store.Row(EngineUnderTest.KeyId("k1")));
        var outcome = await Key("k1").WaitForOutcome(Log.Read("in").Last(r => r.Key == "k1").Offset, TimeSpan.FromSeconds(20));
        Assert.Equal("k1-000024", DeadLetter.FromJson(outcome.DeadLetter).Id);

        // Another process buries no record a second time, and takes up the key once it can be stored.
        await Cluster.KillSiloAsync(Cluster.Silos[0]);
        await Cluster.DisposeAsync();
        Store.Refuse = _ => null;
        await StartAsync();
        await AppendAsync(["k1"], id => id);
        await WaitUntilAppliedAsync("after");
        Assert.Equal(25, Letters().Count);
        Assert.Equal(ChainState.Empty.Then("k1-000025"), await DurableAsync("k1"));
    }

    [Fact]
    public async Task BuriesNothing_WhenTheStoreRefusesEverythingForAWhile()
    {
        Store.Refuse = _ => "maintenance";
        await AppendAsync(100, keys: 4);
        int before = Store.Writes.Count;
        await Wait.UntilAsync(() => Store.Writes.Count > before + 200, "the engine tries");
        Assert.Empty(Letters());
        Store.Refuse = _ => null;
        await WaitUntilAppliedAsync("healed");
        await AssertAppliedOnceAsync("healed");
        Assert.Empty(Letters());
    }

    /// <summary>Whichever refusal is the last: the record that met it is not to blame.</summary>
    [Fact]
    public async Task BuriesNothing_WhenTheStoreTakesRowsAgainAtAnyMoment()
    {
        for (int refusals = 1; refusals <= 24; refusals++)
        {
            int left = refusals;
            Store.Refuse = _ => Interlocked.Decrement(ref left) >= 0 ? "maintenance" : null;
            await AppendAsync(3, keys: 1);
            await WaitUntilAppliedAsync($"{refusals} refusals");
            Assert.Empty(Letters());
        }
        await AssertAppliedOnceAsync("after all");
    }

    [Fact]
    public async Task BuriesNothingElse_WhenTheStoreFailsMeanwhile()
    {
        var random = new Random(Seed);
        bool Fails(int percent)
        {
            lock (random) return random.Next(100) < percent;
        }
        RefuseOutputs("k2-000004");
        Store.FailBefore = _ => Fails(30) ? new IOException("away") : null;
        Store.FailAfter = _ => Fails(15) ? new IOException("the answer was lost") : null;
        await AppendAsync(200, keys: 4);
        await WaitUntilAppliedAsync("load");
        Store.FailBefore = Store.FailAfter = _ => null;
        await AssertAppliedOnceAsync("load", poison: id => id == "k2-000004");
        Assert.Equal("k2-000004", Assert.Single(Letters()).Id);
    }

    [Fact]
    public async Task ForgetsOldOutputsAndNoRecord_WhenTheStoreKeepsNoHistory()
    {
        Store.KeepsHistory = false;
        Store.Refuse = write => write.Chunks.Count > 0 ? "no place for history" : null;
        await AppendAsync(600, keys: 2);
        await WaitUntilAppliedAsync("load");
        await AppendAsync(2, keys: 2);
        await WaitUntilAppliedAsync("load");
        await AssertAppliedOnceAsync("load");
        Assert.Empty(Letters());
        var newest = await Key("k0").ListOutputs(-1, 500);
        Assert.InRange(newest.Items.Count, 8, OutputHistory.MaxRecentWithoutHistory);
        Assert.Equal(-1, newest.NextBefore);
    }

    /// <summary>A write that brings one of these outputs, in the row or in history.</summary>
    private void RefuseOutputs(params string[] ids) => Store.Refuse = write => write.Grain.Type.ToString() == ChainProcessor.GrainTypeName
        && Rows.Deserialize(write.Payload!)!.Recent.Concat(write.Chunks.SelectMany(chunk => History.Deserialize(chunk.Payload)!)).Any(e => e.Topic is null && ids.Contains(e.Id))
        ? "the row is too large" : null;

    private void Refuse(Func<KeyRow<ChainState>, bool> refused) => Store.Refuse = write =>
        write.Grain.Type.ToString() == ChainProcessor.GrainTypeName && refused(Rows.Deserialize(write.Payload!)!) ? "the row is too large" : null;

    private List<DeadLetter> Letters() => Log.Read(DeadLetter.TopicName).ConvertAll(r => DeadLetter.FromJson(r.Value.Span));

    private static string Text(DeadLetter letter) => System.Text.Encoding.UTF8.GetString(letter.Value);
}
