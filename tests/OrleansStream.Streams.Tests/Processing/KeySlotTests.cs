using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Tests.Processing;

public sealed class KeySlotTests
{
    private static readonly Serializer<KeyRow<string>> Serializer =
        new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer<KeyRow<string>>>();

    private readonly KeySlot<string> _slot = new(GrainId.Create("test", "k"), Row(4), 1, Serializer, StagedOutputs.Prompt);

    [Fact]
    public void ShowsOnlyTheDurable_UntilWhatWasTakenIsConfirmed()
    {
        _slot.Put(Work(5));
        Assert.Equal((5, 4), (_slot.Latest.AppliedOffset, _slot.Durable.AppliedOffset));
        Assert.True(_slot.Take());
        _slot.Put(Work(6));
        Assert.Equal(4, _slot.Durable.AppliedOffset);
        _slot.Confirm();
        Assert.Equal((6, 5), (_slot.Latest.AppliedOffset, _slot.Durable.AppliedOffset));
    }

    [Fact]
    public void HasNothingToTake_WhenItWasTakenAlready()
    {
        _slot.Put(Work(5));
        Assert.True(_slot.Take());
        Assert.False(_slot.Take());
    }

    [Fact]
    public void AddsUpChunksAndOutputs_WhenItIsPutSeveralTimes()
    {
        _slot.Put(Work(5, chunk: 1, output: "o5"));
        _slot.Put(Work(6, chunk: 2, output: "o6"));
        _slot.Take();
        _slot.Put(Work(7, chunk: 3, output: "o7"));
        var write = _slot.ToWrite()!;
        Assert.Equal(6, Serializer.Deserialize(write.Payload!)!.AppliedOffset);
        Assert.Equal([1, 2], write.Chunks.Select(c => c.FirstOffset));
        Assert.Equal(["o5", "o6"], _slot.TakenOutputs.Select(o => o.Record.Id));
    }

    [Fact]
    public void CompletesOnlyWaitersThatAreReached_WhenItIsConfirmed()
    {
        var (reached, beyond) = (_slot.WhenDurableAsync(5), _slot.WhenDurableAsync(6));
        Assert.True(_slot.WhenDurableAsync(4).IsCompletedSuccessfully);
        _slot.Put(Work(5));
        Assert.False(reached.IsCompleted, "completed when staged");
        _slot.Take();
        Assert.False(reached.IsCompleted, "completed when taken");
        _slot.Confirm();
        Assert.True(reached.IsCompletedSuccessfully, "not completed when durable");
        Assert.False(beyond.IsCompleted, "completed though not applied");
        Assert.True(_slot.IsAwaited);
        _slot.Abandon(beyond);
        Assert.False(_slot.IsAwaited);
    }

    [Fact]
    public async Task FailsWaitersBeforeAndAfter_WhenItIsFenced()
    {
        var before = _slot.WhenDurableAsync(5);
        _slot.Fence();
        await Assert.ThrowsAsync<SlotFencedException>(() => before.WaitAsync(Wait.Limit));
        await Assert.ThrowsAsync<SlotFencedException>(() => _slot.WhenDurableAsync(5).WaitAsync(Wait.Limit));
        Assert.True(_slot.WhenDurableAsync(4).IsCompletedSuccessfully, "what was durable before still is");
    }

    private static KeyRow<string> Row(long applied) => new() { State = $"after {applied}", AppliedOffset = applied };

    private static FakeWork Work(long applied, long? chunk = null, string? output = null) => new(Row(applied))
    {
        Chunks = chunk is { } first ? [new HistoryChunk(first, [], [])] : [],
        Outputs = output is null ? [] : [("out", Records.Of("k", output))],
    };

    private sealed record FakeWork(KeyRow<string> Row) : IKeyWork<string>
    {
        public List<(string Topic, LogRecord Record)> Outputs { get; init; } = [];
        public IReadOnlyList<HistoryChunk> Chunks { get; init; } = [];
        public IReadOnlyList<TimerWrite> Timers { get; init; } = [];
    }
}
