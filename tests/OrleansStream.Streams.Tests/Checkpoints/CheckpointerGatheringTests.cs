using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Streams.Tests.Checkpoints;

/// <summary>When an epoch starts, on a clock that stands still unless the test moves it.</summary>
public sealed class CheckpointerGatheringTests : CheckpointerHarness
{
    [Fact]
    public async Task StartsAtOnce_WhenItIsIdle()
    {
        for (byte number = 1; number <= 3; number++)
            foreach (var slot in Slots(Settings.CheckpointIdleKeys - 1)) await DurableAsync(Stage(slot, number));
    }

    [Fact]
    public async Task Gathers_UnderLoad_WhenOutputsAreToLeave()
    {
        await StageManyWhileFrozenAsync("output");
        Assert.Single(Store.Writes);
        Time.Advance(Settings.CheckpointGather - TimeSpan.FromMilliseconds(1));
        Assert.Single(Store.Writes);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(Settings.CheckpointIdleKeys * 2, (await Store.NextCallAsync()).Count);
    }

    [Fact]
    public async Task GathersForLonger_WhenNothingIsToLeaveAndKeysCameOnce()
    {
        await StageManyWhileFrozenAsync();
        Time.Advance(Settings.CheckpointGather);
        Time.Advance(Settings.CheckpointGatherWhenQuiet - Settings.CheckpointGather - TimeSpan.FromMilliseconds(1));
        Assert.Single(Store.Writes);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(Settings.CheckpointIdleKeys * 2, (await Store.NextCallAsync()).Count);
    }

    [Fact]
    public async Task Gathers_UnderLoad_WhenKeysCameSeveralTimes()
    {
        var slots = Slots(Settings.CheckpointIdleKeys * 2, StagedOutputs.None);
        await StageWhileFrozenAsync(slots);
        for (byte number = 2; number <= 4; number++)
            foreach (var slot in slots) Stage(slot, number);
        Time.Advance(Settings.CheckpointGather);
        Assert.Equal(slots.Count, (await Store.NextCallAsync()).Count);
    }

    [Fact]
    public async Task GathersBriefly_WhenSomebodyHurries()
    {
        await StageManyWhileFrozenAsync();
        Checkpointer.Hurry();
        Assert.Single(Store.Writes);
        Time.Advance(Settings.CheckpointGatherWhenAwaited);
        Assert.Equal(Settings.CheckpointIdleKeys * 2, (await Store.NextCallAsync()).Count);
    }

    [Fact]
    public async Task GathersBriefly_WhenAStagedSlotIsAwaited()
    {
        await StageManyWhileFrozenAsync();
        Stage(new FakeSlot("awaited") { Awaited = true }, 1);
        Time.Advance(Settings.CheckpointGatherWhenAwaited);
        Assert.Equal(Settings.CheckpointIdleKeys * 2 + 1, (await Store.NextCallAsync()).Count);
    }

    [Fact]
    public async Task GathersBriefly_WhenSeveralWaitForLittle()
    {
        await StageAwaitedWhileFrozenAsync(4);
        Assert.Single(Store.Writes);
        Time.Advance(Settings.CheckpointGatherWhenAwaited);
        Assert.Equal(4, (await Store.NextCallAsync()).Count);
    }

    [Fact]
    public async Task StartsAtOnce_WhenOneWaitsAlone()
    {
        await StageAwaitedWhileFrozenAsync(1);
        Assert.Single(await Store.NextCallAsync());
    }

    [Theory]
    [InlineData(StagedOutputs.None)]
    [InlineData(StagedOutputs.Gathered)]
    public async Task KeepsAPace_WhenNoOutputIsPrompt(StagedOutputs urgency)
    {
        await StageWhileFrozenAsync(Slots(2, urgency), "output");
        Time.Advance(Settings.CheckpointPace - TimeSpan.FromMilliseconds(1));
        Assert.Single(Store.Writes);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, (await Store.NextCallAsync()).Count);
    }

    [Fact]
    public async Task StartsAtOnce_WhenOutputsMayBeGatheredAndTheLastEpochIsLongAgo()
    {
        await DurableAsync(Stage(Gathered("a"), 1, "first"));
        Time.Advance(Settings.CheckpointPace);
        await DurableAsync(Stage(Gathered("b"), 1, "second"));
    }

    [Fact]
    public async Task StartsAtOnce_WhenOneOutputIsPrompt()
    {
        await StageWhileFrozenAsync([Gathered("a"), new FakeSlot("b")], "output");
        Assert.Equal(2, (await Store.NextCallAsync()).Count);
    }

    [Fact]
    public async Task StartsAtOnce_WhenSomebodyWaitsForGatheredOutputs()
    {
        var awaited = Gathered("a");
        awaited.Awaited = true;
        await StageWhileFrozenAsync([awaited], "output");
        Assert.Single(await Store.NextCallAsync());
    }

    [Fact]
    public async Task StopsAtOnce_WhileItGathers()
    {
        await StageManyWhileFrozenAsync();
        await StopAsync();
        Assert.Single(Store.Writes);
    }

    private Task StageManyWhileFrozenAsync(params string[] outputs) => StageWhileFrozenAsync(Slots(Settings.CheckpointIdleKeys * 2, outputs.Length > 0 ? StagedOutputs.Prompt : StagedOutputs.None), outputs);

    private Task StageAwaitedWhileFrozenAsync(int count)
    {
        var slots = Slots(count);
        foreach (var slot in slots) slot.Awaited = true;
        return StageWhileFrozenAsync(slots);
    }

    /// <summary>A first epoch stands in the store while others are staged, so that all of them are in the second.</summary>
    private async Task StageWhileFrozenAsync(List<FakeSlot> slots, params string[] outputs)
    {
        Store.Freeze();
        var first = new FakeSlot("first");
        long epoch = Stage(first, 1);
        await Store.NextCallAsync();
        foreach (var slot in slots) Stage(slot, 1, outputs);
        Store.Thaw();
        await DurableAsync(epoch);
    }

    private static FakeSlot Gathered(string key) => new(key) { Urgency = StagedOutputs.Gathered };

    private static List<FakeSlot> Slots(int count, StagedOutputs urgency = StagedOutputs.Prompt) => [.. Enumerable.Range(0, count).Select(i => new FakeSlot($"k{i}") { Urgency = urgency })];
}
