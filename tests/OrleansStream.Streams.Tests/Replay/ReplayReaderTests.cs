using Microsoft.Extensions.Options;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Replay;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Streams.Tests.Replay;

public sealed class ReplayReaderTests : IDisposable
{
    private const string End = "end";
    private static readonly TopicPartition Partition = new("in", 0);
    private readonly FakeEventLog _log = new(new Dictionary<string, int> { ["in"] = 1, ["other"] = 1 }, TimeProvider.System);
    private readonly ReplayOptions _options = new() { ChunkRecords = 16, AtWork = 1, Waiting = 1 };
    private readonly ReplaySlots _slots;
    private readonly ReplayReader _reader;

    public ReplayReaderTests()
    {
        _slots = new ReplaySlots(Options.Create(_options));
        _reader = new ReplayReader(_log, new SharedScans(_log, Options.Create(_options)), _slots, Options.Create(_options));
    }

    public void Dispose() => _slots.Dispose();

    [Fact]
    public async Task GivesEachRecordOnceInOrder_WhenReplaysJoinTheLiveEndUnderConcurrentAppends()
    {
        int seed = TestSeed.Next();
        var random = new Random(seed);
        _log.Hole = record => record.Id.EndsWith('7') ? 5 : 0;
        await AppendAsync(0, random.Next(200));
        var ranges = Enumerable.Range(0, 6).Select(i => new ReplayRange(Partition, random.Next(120), Key: i % 2 == 0 ? null : $"k{random.Next(3)}")).ToList();
        var reading = ranges.ConvertAll(range => Task.Run(() => ReadToEndAsync(range)));
        for (int next = 1000; next < 1400;)
        {
            int count = random.Next(1, 30);
            await AppendAsync(next, count);
            next += count;
            if (random.Next(3) == 0) await Task.Yield();
        }
        foreach (string key in new[] { "k0", "k1", "k2" }) await _log.AppendAsync("in", [Records.Of(key, $"{End}-{key}")]);
        var all = _log.Read(Partition);
        for (int i = 0; i < ranges.Count; i++)
        {
            await Wait.ForAsync(reading[i], $"replay {i} to reach the end");
            var expected = all.Where(r => r.Offset >= ranges[i].From && (ranges[i].Key is null || r.Key == ranges[i].Key)).Select(r => r.Offset).ToList();
            var got = await reading[i];
            // It ends with the piece that holds the end of its key; what it has is without gap or duplicate.
            Assert.True(got.SequenceEqual(expected.Take(got.Count)) && got.Count >= expected.Count - 2,
                $"seed {seed}: replay of {ranges[i]} gave {got.Count} of {expected.Count}, first difference at {got.Zip(expected).TakeWhile(p => p.First == p.Second).Count()}");
        }
    }

    [Fact]
    public async Task StopsBeforeTo_WhenTheRangeIsBounded()
    {
        await AppendAsync(0, 100);
        Assert.Equal(Enumerable.Range(5, 60).Select(o => (long)o), await OffsetsAsync(new ReplayRange(Partition, 5, 65)));
        Assert.Empty(await OffsetsAsync(new ReplayRange(Partition, 65, 65)));
    }

    [Fact]
    public async Task SaysHowManyAreGone_WhenTheLogWasTrimmed()
    {
        await AppendAsync(0, 100);
        await _log.TrimAsync(Partition, 40);
        var batches = await BatchesAsync(new ReplayRange(Partition, 10, 100));
        Assert.Equal(30, batches.Sum(b => b.Skipped));
        Assert.Equal(10, batches[0].From);
        Assert.Equal(Enumerable.Range(40, 60).Select(o => (long)o), batches.SelectMany(b => b.Records).Select(r => r.Offset));
    }

    [Fact]
    public async Task HoldsTrimmingBackToWhereItIs_WhileItReads()
    {
        await AppendAsync(0, 100);
        await using (var reading = _reader.ReadAsync(new ReplayRange(Partition, 0, 100)).GetAsyncEnumerator())
        {
            Assert.True(await reading.MoveNextAsync());
            await _log.TrimAsync(Partition, 100);
            Assert.Equal(0, _log.Watermarks(Partition).Low);
            Assert.True(await reading.MoveNextAsync());
            await _log.TrimAsync(Partition, 100);
            Assert.Equal(reading.Current.From, _log.Watermarks(Partition).Low);
            int rest = 0;
            while (await reading.MoveNextAsync()) rest += reading.Current.Records.Count;
            Assert.Equal(100 - 2 * _options.ChunkRecords, rest);
        }
        await _log.TrimAsync(Partition, 100);
        Assert.Equal(100, _log.Watermarks(Partition).Low);
    }

    [Fact]
    public async Task GivesItsTurnBack_WhenItHasJoinedTheLiveEnd()
    {
        await AppendAsync(0, 40);
        using var stop = new CancellationTokenSource();
        var live = new TaskCompletionSource();
        var following = _reader.RunAsync([new ReplayRange(Partition, 0)], (batch, _) =>
        {
            if (batch.IsLive) live.TrySetResult();
            return Task.CompletedTask;
        }, stop.Token);
        await Wait.ForAsync(live.Task, "the replay to join the live end");
        await Wait.ForAsync(_reader.RunAsync([new ReplayRange(Partition, 0, 40)], (_, _) => Task.CompletedTask, CancellationToken.None), "the next replay's turn");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);
    }

    [Fact]
    public async Task IsRefused_WhenTheQueueIsFull()
    {
        using var first = _slots.Reserve();
        await first.EnterAsync(CancellationToken.None);
        using var second = _slots.Reserve();
        var turn = second.EnterAsync(CancellationToken.None);
        Assert.Throws<LogOverloadedException>(() => _slots.Reserve());
        Assert.False(turn.IsCompleted);
        first.Dispose();
        first.Dispose();
        await Wait.ForAsync(turn, "the second one's turn");
        using var third = _slots.Reserve();
    }

    private async Task AppendAsync(int from, int count) =>
        await _log.AppendAsync("in", [.. Enumerable.Range(from, count).Select(i => Records.Of($"k{i % 3}", $"{i}"))]);

    private async Task<List<ReplayBatch>> BatchesAsync(ReplayRange range)
    {
        var batches = new List<ReplayBatch>();
        await foreach (var batch in _reader.ReadAsync(range))
        {
            if (batches.Count > 0) Assert.Equal(batches[^1].Until, batch.From);
            batches.Add(batch);
        }
        return batches;
    }

    private async Task<List<long>> OffsetsAsync(ReplayRange range) => [.. (await BatchesAsync(range)).SelectMany(b => b.Records).Select(r => r.Offset)];

    private async Task<List<long>> ReadToEndAsync(ReplayRange range)
    {
        var offsets = new List<long>();
        await foreach (var batch in _reader.ReadAsync(range))
        {
            offsets.AddRange(batch.Records.Select(r => r.Offset));
            if (batch.Records.Any(r => r.Id.StartsWith(End, StringComparison.Ordinal))) break;
        }
        return offsets;
    }
}
