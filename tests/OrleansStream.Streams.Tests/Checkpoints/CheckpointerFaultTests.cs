using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Streams.Tests.Checkpoints;

public sealed class CheckpointerFaultTests : CheckpointerHarness
{
    [Fact]
    public async Task RetriesTheSameRowsAndShowsNothing_WhileTheStoreFails()
    {
        const int failures = 12;
        Store.FailBefore = _ => Store.Writes.Count <= failures ? new IOException($"disk {Store.Writes.Count}") : null;
        var slots = Enumerable.Range(0, 5).Select(i => new FakeSlot($"k{i}")).ToList();
        var durable = Task.WhenAll(slots.ConvertAll(slot => Checkpointer.WhenDurable(Stage(slot, 1, $"{slot.Grain.Key}-1"))));
        var first = await Store.NextCallAsync();
        for (int attempt = 2; attempt <= failures + 1; attempt++)
        {
            Assert.False(durable.IsCompleted, $"durable before attempt {attempt}");
            Assert.All(slots, slot => Assert.True(slot.Shown == 0, $"{slot.Grain} shown before attempt {attempt}"));
            Assert.Empty(Published());
            int seen = attempt;
            await AdvanceUntilAsync(TimeSpan.FromMilliseconds(25), () => Store.Writes.Count >= seen, $"attempt {attempt}");
            Assert.Equal(first, await Store.NextCallAsync());
        }
        await Wait.ForAsync(durable, "the rows to be durable");
        Assert.All(slots, slot => Assert.Equal((1, 1), (slot.Shown, slot.Version)));
        Assert.Equal(slots.Select(s => $"{s.Grain.Key}-1").Order(), Published().Order());
    }

    [Fact]
    public async Task BacksOffTwiceAsLongUpToTheLongest_WhileTheStoreFails()
    {
        Store.FailBefore = _ => new IOException("disk");
        Stage(new FakeSlot("a"), 1);
        await Store.NextCallAsync();
        double[] pauses = [50, 100, 200, 400, 800, 1600, 3200, 5000, 5000];
        foreach (double pause in pauses)
        {
            long before = Time.GetTimestamp();
            int calls = Store.Writes.Count;
            await AdvanceUntilAsync(TimeSpan.FromMilliseconds(pause / 10), () => Store.Writes.Count > calls, $"the try after {pause} ms");
            Assert.True(Time.GetElapsedTime(before).TotalMilliseconds >= pause, $"{pause} ms: tried again after {Time.GetElapsedTime(before)}");
        }
        Store.FailBefore = _ => null;
        await AdvanceUntilAsync(TimeSpan.FromSeconds(1), () => Store.Row(GrainId.Create("test", "a")) is not null, "the row was stored");
    }

    [Fact]
    public async Task KeepsWhatIsStagedMeanwhileForTheNextEpoch_WhileTheStoreFails()
    {
        bool down = true;
        Store.FailBefore = _ => down ? new IOException("disk") : null;
        var slot = new FakeSlot("a");
        long first = Stage(slot, 1, "o1");
        await Store.NextCallAsync();
        long second = Stage(slot, 2, "o2");
        Assert.NotEqual(first, second);
        down = false;
        await AdvanceUntilAsync(TimeSpan.FromMilliseconds(50), () => Checkpointer.WhenDurable(second).IsCompleted, "the second epoch");
        Assert.Equal([1], Store.Writes.First()[0].Payload);
        Assert.Equal((2, 2), (slot.Shown, slot.Version));
        Assert.Equal(["o1", "o2"], Published());
    }

    [Fact]
    public async Task FencesTheSlotAndNoOther_WhenItsRowWasWrittenByAnother()
    {
        var (zombie, other) = (new FakeSlot("zombie"), new FakeSlot("other"));
        Store.Overwrite(zombie.Grain);
        Store.Freeze();
        Stage(new FakeSlot("first"), 1);
        await Store.NextCallAsync();
        Stage(other, 1, "other-1");
        long epoch = Stage(zombie, 1, "zombie-1");
        Store.Thaw();
        var refused = await DurableAsync(epoch);
        Assert.Equal([zombie.Grain], refused);
        Assert.Equal((true, 0, false, 1), (zombie.IsFenced, zombie.Shown, other.IsFenced, other.Shown));
        Assert.Equal(["other-1"], Published());
        Assert.Throws<SlotFencedException>(() => Checkpointer.Stage(zombie));
        await DurableAsync(Stage(other, 2, "other-2"));
        Assert.Equal(2, other.Shown);
    }

    /// <summary>The key's next activation finds out which record is to blame.</summary>
    [Fact]
    public async Task FencesTheSlotAndSuspectsItsKey_WhenItsRowCanNeverBeStored()
    {
        var (large, other) = (new FakeSlot("large"), new FakeSlot("other"));
        Store.Refuse = write => write.Grain == large.Grain ? "too large" : null;
        Store.Freeze();
        Stage(new FakeSlot("first"), 1);
        await Store.NextCallAsync();
        Stage(other, 1, "other-1");
        long epoch = Stage(large, 1, "large-1");
        Store.Thaw();
        Assert.Equal([large.Grain], await DurableAsync(epoch));
        Assert.Equal((true, 0, 1), (large.IsFenced, large.Shown, other.Shown));
        Assert.Equal((true, false), (Suspects.Contains(large.Grain), Suspects.Contains(other.Grain)));
        Assert.Equal(["other-1"], Published());
    }

    /// <summary>The answer of a key's grain can reach its partition after the epoch was done; the refusal must not be lost by then.</summary>
    [Fact]
    public async Task NamesTheRefused_WhenItIsAskedAfterTheEpochWasDone()
    {
        var zombie = new FakeSlot("zombie");
        Store.Overwrite(zombie.Grain);
        long epoch = Stage(zombie, 1, "zombie-1");
        await DurableAsync(epoch);
        var good = new FakeSlot("good");
        for (byte number = 1; number <= 20; number++) await DurableAsync(Stage(good, number));
        Assert.Equal([zombie.Grain], await DurableAsync(epoch));
    }

    [Fact]
    public async Task RefusesTheNextEpochToo_WhenTheSlotWasStagedInItBeforeItWasFenced()
    {
        var zombie = new FakeSlot("zombie");
        Store.Overwrite(zombie.Grain);
        Store.Freeze();
        long first = Stage(zombie, 1, "z1");
        await Store.NextCallAsync();
        long second = Stage(zombie, 2, "z2");
        Store.Thaw();
        Assert.Equal([zombie.Grain], await DurableAsync(first));
        Assert.Equal([zombie.Grain], await DurableAsync(second));
        Assert.Empty(Published());
    }

    [Fact]
    public async Task IsFencedNotDoubled_WhenTheStoresAnswerWasLost()
    {
        var slot = new FakeSlot("a");
        Store.FailAfter = _ => Store.Writes.Count == 1 ? new IOException("the answer was lost") : null;
        long epoch = Stage(slot, 1, "o1");
        await AdvanceUntilAsync(TimeSpan.FromMilliseconds(50), () => slot.IsFenced, "the second try was refused");
        Assert.Equal([slot.Grain], await DurableAsync(epoch));
        Assert.Equal(1, Store.Row(slot.Grain)!.Version);
        Assert.Empty(Published());
    }
}
