using System.Buffers.Binary;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Storage.Tests.Conformance;

/// <summary>What any checkpoint store promises. A store's own class says how it is opened on the test's place, and opened again.</summary>
public abstract class CheckpointStoreContract : IDisposable
{
    protected static readonly GrainId A = GrainId.Create("test", "a");
    protected static readonly GrainId B = GrainId.Create("test", "b");
    private readonly Lazy<ICheckpointStore> _store;

    protected CheckpointStoreContract() => _store = new Lazy<ICheckpointStore>(Open);

    protected ICheckpointStore Store => _store.Value;

    /// <summary>Opens the store on the test's own place; rows of another store there are seen.</summary>
    protected abstract ICheckpointStore Open();

    protected abstract void Close(ICheckpointStore store);

    public virtual void Dispose()
    {
        if (_store.IsValueCreated) Close(_store.Value);
        GC.SuppressFinalize(this);
    }

    protected static CheckpointWrite Write(GrainId grain, int expected, byte payload, params HistoryChunk[] chunks) => new(grain, expected, [payload], chunks, []);

    private static CheckpointWrite Write(GrainId grain, int expected, params TimerWrite[] timers) => new(grain, expected, [1], [], timers);

    private static DateTimeOffset At(int second) => new DateTimeOffset(2026, 1, 2, 3, 4, 0, TimeSpan.Zero).AddSeconds(second).AddTicks(7);

    private static TimerWrite Set(string name, int? second) => new(new TopicPartition("test", 0), name, second is { } due ? At(due) : null);

    private async Task<IEnumerable<string>> DueAsync(int until, int limit = 100) =>
        (await Store.ReadDueTimersAsync(new TopicPartition("test", 0), At(until), limit)).Select(t => $"{t.Key} {t.Name} {(t.DueAt - At(0)).TotalSeconds}");

    protected static HistoryChunk Chunk(long first, params ulong[] hashes)
    {
        var bytes = new byte[8 * hashes.Length];
        for (int i = 0; i < hashes.Length; i++) BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8 * i), hashes[i]);
        return new HistoryChunk(first, bytes, [(byte)first]);
    }

    protected static async Task AssertRowAsync(ICheckpointStore store, GrainId grain, int version, byte payload)
    {
        var row = await store.ReadAsync(grain);
        Assert.True(row is not null, $"{grain} has no row");
        Assert.Equal((version, payload), (row.Version, Assert.Single(row.Payload)));
    }

    [Fact]
    public async Task IsNothing_WhenTheGrainWasNeverWritten()
    {
        Assert.Null(await Store.ReadAsync(A));
        Assert.Empty(await Store.ReadHistoryAsync(A, long.MaxValue, 10));
        Assert.Empty(await Store.FindHistoryAsync(A, 1));
    }

    [Fact]
    public async Task CountsTheVersion_WhenARowIsWrittenAgain()
    {
        for (int version = 0; version < 5; version++)
        {
            Assert.Equal(new[] { CheckpointOutcome.Written }, await Store.WriteAsync([Write(A, version, (byte)(10 + version))]));
            await AssertRowAsync(Store, A, version + 1, (byte)(10 + version));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task RefusesAndLeavesTheRow_WhenTheVersionIsAnother(int expected)
    {
        await Store.WriteAsync([Write(A, 0, 1)]);
        await Store.WriteAsync([Write(A, 1, 2)]);
        Assert.Equal(new[] { CheckpointOutcome.Conflict }, await Store.WriteAsync([Write(A, expected, 9)]));
        await AssertRowAsync(Store, A, 2, 2);
    }

    [Fact]
    public async Task StartsAnew_WhenARowWasDeleted()
    {
        await Store.WriteAsync([Write(A, 0, 1), Write(B, 0, 2)]);
        Assert.Equal(new[] { CheckpointOutcome.Conflict }, await Store.WriteAsync([new CheckpointWrite(A, 2, null)]));
        await AssertRowAsync(Store, A, 1, 1);
        Assert.Equal(new[] { CheckpointOutcome.Written }, await Store.WriteAsync([new CheckpointWrite(A, 1, null)]));
        Assert.Null(await Store.ReadAsync(A));
        await AssertRowAsync(Store, B, 1, 2);
        Assert.Equal(new[] { CheckpointOutcome.Conflict }, await Store.WriteAsync([new CheckpointWrite(A, 1, null)]));
        Assert.Equal(new[] { CheckpointOutcome.Written }, await Store.WriteAsync([Write(A, 0, 3)]));
        await AssertRowAsync(Store, A, 1, 3);
    }

    [Fact]
    public async Task Refuses_WhenAVersionIsExpectedAndThereIsNoRow()
    {
        Assert.Equal(new[] { CheckpointOutcome.Conflict }, await Store.WriteAsync([Write(A, 1, 9)]));
        Assert.Null(await Store.ReadAsync(A));
    }

    [Fact]
    public async Task LeavesNoChunk_WhenTheRowIsRefused()
    {
        await Store.WriteAsync([Write(A, 0, 1, Chunk(5, 50))]);
        Assert.Equal(new[] { CheckpointOutcome.Conflict }, await Store.WriteAsync([Write(A, 0, 9, Chunk(6, 60))]));
        Assert.Equal([5], (await Store.ReadHistoryAsync(A, long.MaxValue, 10)).Select(c => c.FirstOffset));
        Assert.Empty(await Store.FindHistoryAsync(A, 60));
    }

    [Fact]
    public async Task DropsTheGrainsOldChunks_WhenANewOneSaysSo()
    {
        await Store.WriteAsync([Write(A, 0, 1, Chunk(1, 10), Chunk(2, 20), Chunk(3, 30)), Write(B, 0, 1, Chunk(1, 10))]);
        await Store.WriteAsync([Write(A, 1, 2, Chunk(4, 40) with { DropsBefore = 3 }), Write(B, 1, 2, Chunk(4, 40))]);
        Assert.Equal([4, 3], (await Store.ReadHistoryAsync(A, long.MaxValue, 10)).Select(c => c.FirstOffset));
        Assert.Equal([4, 1], (await Store.ReadHistoryAsync(B, long.MaxValue, 10)).Select(c => c.FirstOffset));
        Assert.Empty(await Store.FindHistoryAsync(A, 20));
    }

    [Fact]
    public async Task DropsNothing_WhenTheRowIsRefused()
    {
        await Store.WriteAsync([Write(A, 0, 1, Chunk(1, 10))]);
        await Store.WriteAsync([Write(A, 0, 2, Chunk(4, 40) with { DropsBefore = 3 })]);
        Assert.Equal([1], (await Store.ReadHistoryAsync(A, long.MaxValue, 10)).Select(c => c.FirstOffset));
    }

    [Fact]
    public async Task WritesTheOthers_WhenOneOfABatchIsRefused()
    {
        await Store.WriteAsync([Write(B, 0, 1)]);
        var c = GrainId.Create("test", "c");
        Assert.Equal(new[] { CheckpointOutcome.Written, CheckpointOutcome.Conflict, CheckpointOutcome.Written }, await Store.WriteAsync([Write(A, 0, 2, Chunk(1, 1)), Write(B, 0, 2, Chunk(1, 1)), Write(c, 0, 2, Chunk(1, 1))]));
        await AssertRowAsync(Store, A, 1, 2);
        await AssertRowAsync(Store, B, 1, 1);
        await AssertRowAsync(Store, c, 1, 2);
        Assert.Empty(await Store.ReadHistoryAsync(B, long.MaxValue, 10));
    }

    [Fact]
    public async Task RefusesTheSecond_WhenTwoOfABatchAreOneGrains()
    {
        Assert.Equal(new[] { CheckpointOutcome.Written, CheckpointOutcome.Conflict }, await Store.WriteAsync([Write(A, 0, 1), Write(A, 0, 2)]));
        await AssertRowAsync(Store, A, 1, 1);
    }

    [Fact]
    public async Task AnswersNothing_WhenTheBatchIsEmpty() => Assert.Empty(await Store.WriteAsync([]));

    [Fact]
    public async Task KeepsGrainsApart_WhenTypeOrKeyDiffers()
    {
        GrainId[] grains = [A, GrainId.Create("test", "A"), GrainId.Create("other", "a"), GrainId.Create("test", "a/b"), GrainId.Create("test", "ключ-🔑")];
        await Store.WriteAsync([.. grains.Select((grain, i) => Write(grain, 0, (byte)i, Chunk(i, (ulong)i)))]);
        for (int i = 0; i < grains.Length; i++)
        {
            await AssertRowAsync(Store, grains[i], 1, (byte)i);
            Assert.Equal(i, Assert.Single(await Store.ReadHistoryAsync(grains[i], long.MaxValue, 10)).FirstOffset);
        }
    }

    [Theory]
    [InlineData(long.MaxValue, 10, new long[] { 30, 20, 10, 0 })]
    [InlineData(30, 10, new long[] { 20, 10, 0 })]
    [InlineData(31, 2, new long[] { 30, 20 })]
    [InlineData(20, 1, new long[] { 10 })]
    [InlineData(0, 10, new long[0])]
    public async Task GivesChunksBeforeTheOffsetNewestFirst_UpToTheLimit(long before, int limit, long[] expected)
    {
        await Store.WriteAsync([Write(A, 0, 1, Chunk(0, 1), Chunk(10, 2)), Write(B, 0, 1, Chunk(15, 2))]);
        await Store.WriteAsync([Write(A, 1, 2, Chunk(20, 3), Chunk(30, 4))]);
        var chunks = await Store.ReadHistoryAsync(A, before, limit);
        Assert.Equal(expected, chunks.Select(c => c.FirstOffset));
        Assert.All(chunks, c => Assert.Equal([(byte)c.FirstOffset], c.Payload));
    }

    [Fact]
    public async Task FindsTheChunks_WhenTheyHoldTheIdHash()
    {
        await Store.WriteAsync([Write(A, 0, 1, Chunk(0, 1, 0xffee_0000_0000_0001), Chunk(10, 3), Chunk(20, 7, 8, 1)), Write(B, 0, 1, Chunk(5, 1))]);
        Assert.Equal([20, 0], (await Store.FindHistoryAsync(A, 1)).Select(c => c.FirstOffset));
        Assert.Equal([0], (await Store.FindHistoryAsync(A, 0xffee_0000_0000_0001)).Select(c => c.FirstOffset));
        Assert.Empty(await Store.FindHistoryAsync(A, 99));
    }

    [Fact]
    public async Task GivesDueTimersEarliestFirst_UpToTheLimit()
    {
        await Store.WriteAsync(
        [
            Write(A, 0, Set("late", 30), Set("early", 10)),
            Write(B, 0, Set("middle", 20), new TimerWrite(new TopicPartition("test", 1), "elsewhere", At(1))),
        ]);
        Assert.Equal(["a early 10", "b middle 20"], await DueAsync(20));
        Assert.Equal(["a early 10", "b middle 20", "a late 30"], await DueAsync(100));
        Assert.Equal(["a early 10"], await DueAsync(100, limit: 1));
        Assert.Empty(await DueAsync(9));
    }

    [Fact]
    public async Task KeepsTheLastChange_WhenATimerIsSetMovedAndCancelled()
    {
        await Store.WriteAsync([Write(A, 0, Set("moved", 10), Set("cancelled", 10), Set("kept", 10))]);
        await Store.WriteAsync([Write(A, 1, Set("moved", 50), Set("cancelled", null), Set("again", 5), Set("again", null), Set("again", 7))]);
        Assert.Equal(["a again 7", "a kept 10", "a moved 50"], await DueAsync(100));
    }

    [Fact]
    public async Task LeavesTheTimers_WhenTheRowIsRefused()
    {
        await Store.WriteAsync([Write(A, 0, Set("kept", 10))]);
        Assert.Equal(new[] { CheckpointOutcome.Conflict, CheckpointOutcome.Written }, await Store.WriteAsync([Write(A, 0, Set("kept", null), Set("new", 1)), Write(B, 0, Set("other", 2))]));
        Assert.Equal(["b other 2", "a kept 10"], await DueAsync(100));
    }

    [Fact]
    public async Task HoldsEverythingWritten_WhenItIsOpenedAgain()
    {
        var first = Open();
        await first.WriteAsync([Write(A, 0, 1, Chunk(3, 30)), Write(B, 0, 2)]);
        Close(first);
        await AssertRowAsync(Store, A, 1, 1);
        await AssertRowAsync(Store, B, 1, 2);
        Assert.Equal([3], (await Store.FindHistoryAsync(A, 30)).Select(c => c.FirstOffset));
        Assert.Equal(new[] { CheckpointOutcome.Written }, await Store.WriteAsync([Write(A, 1, 5)]));
    }

    [Fact]
    public async Task LetsOneWin_WhenTwoStoresWriteTheSameVersion()
    {
        var other = Open();
        for (int version = 0; version < 20; version++)
        {
            var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            async Task<CheckpointOutcome[]> Race(ICheckpointStore store, byte payload)
            {
                await start.Task;
                return await store.WriteAsync([Write(A, version, payload)]);
            }
            var racing = Task.WhenAll(Race(Store, 1), Race(other, 2));
            start.SetResult();
            var results = await racing;
            Assert.True(results.Count(r => r[0].IsWritten) == 1, $"version {version}: {results.Count(r => r[0].IsWritten)} stores won");
            await AssertRowAsync(Store, A, version + 1, (byte)(results[0][0].IsWritten ? 1 : 2));
            await AssertRowAsync(other, A, version + 1, (byte)(results[0][0].IsWritten ? 1 : 2));
        }
        Close(other);
    }

    [Fact]
    public async Task AnswersEachItsOwn_WhenManyCallAtOnce()
    {
        var writes = Enumerable.Range(0, 200).Select(i => Store.WriteAsync([Write(GrainId.Create("test", $"k{i % 50}"), 0, (byte)i)])).ToList();
        var results = await Task.WhenAll(writes);
        for (int key = 0; key < 50; key++)
        {
            int k = key;
            Assert.True(Enumerable.Range(0, 4).Count(i => results[k + 50 * i][0].IsWritten) == 1, $"key k{key} was inserted more than once, or never");
        }
    }
}
