using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Streams.Tests.Checkpoints;

public sealed class CheckpointerTests : CheckpointerHarness
{
    [Fact]
    public async Task StoresShowsAndPublishes_WhenASlotIsStaged()
    {
        var slot = new FakeSlot("a");
        Assert.Empty(await DurableAsync(Stage(slot, 7, "o1", "o2")));
        Assert.Equal((7, 1), (slot.Shown, slot.Version));
        Assert.Equal([7], Store.Row(slot.Grain)!.Payload);
        Assert.Equal(["o1", "o2"], Published());
    }

    [Fact]
    public async Task WritesASlotOnceWithAllItsOutputs_WhenItIsStagedSeveralTimesInAnEpoch()
    {
        var (first, slot) = (new FakeSlot("first"), new FakeSlot("a"));
        Store.Freeze();
        Stage(first, 1);
        await Store.NextCallAsync();
        long epoch = 0;
        for (byte number = 1; number <= 5; number++) epoch = Stage(slot, number, $"o{number}");
        Store.Thaw();
        await DurableAsync(epoch);
        Assert.Equal(2, Store.Writes.Count);
        Assert.Equal([5], Assert.Single(Store.Writes.Last()).Payload);
        Assert.Equal((5, 1), (slot.Shown, slot.Version));
        Assert.Equal(["o1", "o2", "o3", "o4", "o5"], Published());
    }

    [Fact]
    public async Task ShowsNothing_WhileTheWriteIsUnderWay()
    {
        var slot = new FakeSlot("a");
        Store.Freeze();
        long epoch = Stage(slot, 1, "o1");
        await Store.NextCallAsync();
        Assert.False(Checkpointer.WhenDurable(epoch).IsCompleted, "durable while the store stands still");
        Assert.Equal(0, slot.Shown);
        Assert.Empty(Published());
        Store.Thaw();
        await DurableAsync(epoch);
        Assert.Equal(1, slot.Shown);
        Assert.Equal(["o1"], Published());
    }

    [Fact]
    public async Task IsDurableOnlyWhenPublished_WhenTheLogFailsForAWhile()
    {
        var slot = new FakeSlot("a");
        int failures = 3;
        Log.FailAppend = (_, _) => failures > 0 ? new InvalidOperationException($"log down {failures--}") : null;
        var durable = Checkpointer.WhenDurable(Stage(slot, 1, "o1"));
        await Wait.UntilAsync(() => failures == 2, "the first append failed");
        Assert.False(durable.IsCompleted, "durable before its output is published");
        await AdvanceUntilAsync(TimeSpan.FromMilliseconds(10), () => durable.IsCompleted, "the output was published");
        Assert.Equal(["o1"], Published());
    }

    [Fact]
    public async Task PublishesInEpochOrder_WhenTheLogFailsInBetween()
    {
        var slot = new FakeSlot("a");
        var random = new Random(1);
        Log.FailAppend = (_, _) => random.Next(3) == 0 ? new InvalidOperationException("log down") : null;
        var epochs = new List<long>();
        for (byte number = 1; number <= 30; number++)
        {
            epochs.Add(Stage(slot, number, $"o{number}"));
            await AdvanceUntilAsync(TimeSpan.FromMilliseconds(50), () => slot.Shown == number, $"staging {number} was shown");
        }
        await AdvanceUntilAsync(TimeSpan.FromMilliseconds(50), () => Checkpointer.WhenDurable(epochs[^1]).IsCompleted, "the last epoch was published");
        Assert.Equal(Enumerable.Range(1, 30).Select(n => $"o{n}"), Published());
        Assert.Equal(epochs.Order(), epochs);
    }

    [Fact]
    public async Task CompletesEpochsInOrder_WhenSeveralArePending()
    {
        var slot = new FakeSlot("a");
        var completed = new List<long>();
        var watching = new List<Task>();
        for (byte number = 1; number <= 20; number++)
        {
            long epoch = Stage(slot, number, $"o{number}");
            if (number % 5 == 0) await Wait.UntilAsync(() => slot.Shown > 0, "something was shown");
            watching.Add(Checkpointer.WhenDurable(epoch).ContinueWith(_ =>
            {
                lock (completed) completed.Add(epoch);
            }, TaskContinuationOptions.ExecuteSynchronously));
        }
        await Wait.ForAsync(Task.WhenAll(watching), "all epochs");
        Assert.Equal(20, slot.Shown);
        Assert.Equal(Enumerable.Range(1, 20).Select(n => $"o{n}"), Published());
    }

    [Fact]
    public async Task IsDurableWithTheWriteBefore_WhenNothingNewIsStaged()
    {
        var slot = new FakeSlot("a");
        Store.Freeze();
        Stage(slot, 1, "o1");
        await Store.NextCallAsync();
        // A redelivery: all of it was applied before, nothing to write, and yet not done until the write before it is.
        var durable = Checkpointer.WhenDurable(Checkpointer.Stage(slot).Number);
        Assert.False(durable.IsCompleted);
        Store.Thaw();
        await Wait.ForAsync(durable, "the epoch of the redelivery");
        Assert.Single(Store.Writes);
        Assert.Equal(["o1"], Published());
    }

    [Fact]
    public async Task Publishes_WhenItStopsWhileTheLogFails()
    {
        bool down = true;
        Log.FailAppend = (_, _) => down ? new InvalidOperationException("log down") : null;
        var slot = new FakeSlot("a");
        Stage(slot, 1, "o1");
        await Wait.UntilAsync(() => slot.Shown == 1, "the row was stored");
        var stopping = StopAsync();
        down = false;
        await AdvanceUntilAsync(TimeSpan.FromMilliseconds(50), () => stopping.IsCompleted, "the checkpointer stopped");
        Assert.Equal(["o1"], Published());
    }
}
