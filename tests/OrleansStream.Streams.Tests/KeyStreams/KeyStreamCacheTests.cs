using Microsoft.Extensions.Time.Testing;
using Orleans.Streams;
using OrleansStream.Streams.KeyStreams;

namespace OrleansStream.Streams.Tests.KeyStreams;

public sealed class KeyStreamCacheTests
{
    private readonly List<long> _done = [];
    private readonly LogStreamOptions _options = new() { CacheRecords = 100, CacheBytes = 100_000, ContainerRecords = 3, ContainerBytes = 10_000 };
    private readonly FakeTimeProvider _time = new();
    private readonly KeyStreamCache _cache;
    private long _next;

    public KeyStreamCacheTests() => _cache = new KeyStreamCache("p", _options, null, _time, _done.Add);

    [Fact]
    public void GivesAllThatWaits_WhenAStreamIsAskedFor()
    {
        var cursor = Cursor("a");
        Add("a", "b", "a", "b", "a");
        Assert.Equal([0, 2, 4], Next(cursor));
        Add("a", "a", "a", "a");
        Assert.Equal([5, 6, 7], Next(cursor));
        Assert.Equal([8], Next(cursor));
        Assert.Null(Next(cursor));
    }

    [Fact]
    public void GivesALargeRecordAlone_WhenItExceedsTheContainer()
    {
        var cursor = Cursor("a");
        Add("a", 20_000);
        Add("a", 100);
        Assert.Equal([0], Next(cursor));
        Assert.Equal([1], Next(cursor));
    }

    [Fact]
    public void IsDone_WhenTheNextIsAskedFor()
    {
        var cursor = Cursor("a");
        Add("a", "a");
        Next(cursor);
        Assert.Empty(_done);
        Add("a");
        Assert.Equal([2], Next(cursor));
        Assert.Equal([0, 1], _done);
        Assert.Null(Next(cursor));
        Assert.Equal((0, 0), (_cache.Records, _cache.Bytes));
    }

    [Fact]
    public void IsNotDone_WhenItWasNotHandedOut()
    {
        var cursor = Cursor("a");
        Add("a");
        Assert.Equal(QueueCacheCursorMoveResult.Success, cursor.MoveNextWithResult());
        Assert.Equal(QueueCacheCursorMoveResult.Success, cursor.MoveNextWithResult());
        Assert.Equal([0], Offsets(cursor));
        Assert.Empty(_done);
    }

    [Fact]
    public void OffersOneByOne_WhenAContainerFailed()
    {
        var cursor = Cursor("a");
        Add("a", "a");
        Next(cursor);
        Add("a", "a");
        cursor.RecordDeliveryFailure();
        Assert.Null(_cache.Poison(Id("a"), 1));
        Assert.Equal([0], Next(cursor));
        Assert.Equal([1], Next(cursor));
        Assert.Equal([2, 3], Next(cursor));
        Assert.Equal([0, 1], _done);
    }

    [Fact]
    public void OffersTheSameContainer_UntilItsDeadLetterIsDurable()
    {
        var cursor = Cursor("a");
        Add("a");
        Next(cursor);
        var poison = cursor.GetCurrent(out _);
        for (int attempt = 0; attempt < 3; attempt++)
        {
            _time.Advance(_options.MaxEventDeliveryTime);
            cursor.RecordDeliveryFailure();
            Assert.Same(poison, _cache.Poison(Id("a"), 0));
            Assert.Equal([0], Next(cursor));
            Assert.Same(poison, cursor.GetCurrent(out _));
        }
        Assert.Empty(_done);
        cursor.RecordDeliveryFailure();
        _cache.DeadLettered(Id("a"), 0);
        Assert.Null(Next(cursor));
        Assert.Equal([0], _done);
    }

    [Fact]
    public void IsNotPoison_WhenTheAgentGaveUpBeforeTheLimit()
    {
        var cursor = Cursor("a");
        Add("a");
        Next(cursor);
        _time.Advance(_options.MaxEventDeliveryTime / 2);
        cursor.RecordDeliveryFailure();
        Assert.Null(_cache.Poison(Id("a"), 0));
        _cache.DeadLettered(Id("a"), 0);
        Assert.Equal([0], Next(cursor));
        Assert.Empty(_done);
    }

    [Fact]
    public void StaysForTheSlowest_WhenAStreamHasSeveralCursors()
    {
        var (fast, slow) = (Cursor("a"), Cursor("a"));
        Add("a", "a");
        Assert.Equal([0, 1], Next(fast));
        Assert.Null(Next(fast));
        Assert.Empty(_done);
        Assert.Equal([0, 1], Next(slow));
        Assert.Null(Next(slow));
        Assert.Equal([0, 1], _done);
    }

    [Fact]
    public void LosesNothing_WhenCursorsAreDroppedWithRecordsWaiting()
    {
        var (fast, slow) = (Cursor("a"), Cursor("a"));
        Add("a", "a");
        Drain(fast);
        fast.Dispose();
        slow.Dispose();
        Settle();
        Assert.Equal([Id("a")], Announced());
        var (first, second) = (Cursor("a"), Cursor("a"));
        Settle();
        Assert.Empty(_done);
        Assert.Equal([0, 1], Drain(first));
        Assert.Equal([0, 1], Drain(second));
        Assert.Equal([0, 1], _done);
    }

    [Fact]
    public void IsNotDone_WhenItsCursorIsDroppedWhileItIsDelivered()
    {
        var cursor = Cursor("a");
        Add("a");
        Next(cursor);
        cursor.Dispose();
        Assert.Equal(QueueCacheCursorMoveResult.NoData, cursor.MoveNextWithResult());
        Assert.Empty(_done);
        Assert.Equal([0], Drain(Cursor("a")));
    }

    [Fact]
    public void DeliversNothingTwice_WhenAPinIsDroppedAndThenAllCursors()
    {
        Add("a", "a");
        var pin = Cursor("a");
        var cursor = Cursor("a");
        Drain(cursor);
        pin.Dispose();
        cursor.Dispose();
        Assert.Equal([0, 1], _done);
        Assert.Equal(0, _cache.Streams);
    }

    [Fact]
    public void IsDone_WhenNobodySubscribesAfterItsStreamWasAnnounced()
    {
        Add("a", "a");
        var pin = Cursor("a");
        pin.Dispose();
        Settle();
        Assert.Empty(_done);
        Assert.Equal([Id("a")], Announced());
        Assert.Empty(_done);
        Settle();
        Assert.Equal([0, 1], _done);
        Assert.Equal(0, _cache.Streams);
        Add("a");
        Settle();
        Assert.Equal([0, 1, 2], _done);
    }

    [Fact]
    public void AsksBeforeItIsDone_WhenSubscriptionsMayBeExplicit()
    {
        _options.PubSubType = StreamPubSubType.ExplicitGrainBasedAndImplicit;
        Add("a", "b");
        Settle();
        Assert.Equal([Id("a"), Id("b")], _cache.TakeDoubtful());
        var cursor = Cursor("b");
        _cache.ReleaseUnsubscribed(Id("a"));
        _cache.ReleaseUnsubscribed(Id("b"));
        Assert.Equal([0], _done);
        Assert.Equal([1], Drain(cursor));
    }

    [Fact]
    public void HasNoRoom_WhenItIsFullByRecordsOrBytes()
    {
        var cursor = Cursor("a");
        Add([.. Enumerable.Repeat("a", 100)]);
        Assert.Equal((0, true), (_cache.GetMaxAddCount(), _cache.IsUnderPressure()));
        Drain(cursor);
        Assert.Equal((100, false), (_cache.GetMaxAddCount(), _cache.IsUnderPressure()));
        Add("a", 120_000);
        Assert.Equal((0, true), (_cache.GetMaxAddCount(), _cache.IsUnderPressure()));
    }

    [Fact]
    public void LetsTheAgentCome_WhenItIsFullOfWhatNobodyWants()
    {
        Add([.. Enumerable.Repeat("a", 100)]);
        Assert.Equal((1, false), (_cache.GetMaxAddCount(), _cache.IsUnderPressure()));
        Settle();
        Assert.Equal((100, false), (_cache.GetMaxAddCount(), _cache.IsUnderPressure()));
    }

    [Fact]
    public void LetsTheAgentComeNowAndThen_WhenItIsFull()
    {
        Cursor("a");
        Add([.. Enumerable.Repeat("a", 100)]);
        var answers = Enumerable.Range(0, 2 * KeyStreamCache.HousekeepingTicks).Select(_ => _cache.GetMaxAddCount()).ToList();
        Assert.Equal(2, answers.Sum());
        Assert.True(_cache.IsUnderPressure());
    }

    [Fact]
    public void WakesAParkedRead_WhenAStreamLosesItsCursor()
    {
        var cursor = Cursor("a");
        Add("a");
        Settle();
        var attention = _cache.Attention;
        Assert.False(attention.IsCompleted);
        cursor.Dispose();
        Assert.True(attention.IsCompleted);
        Settle();
        Announced();
        Settle();
        Assert.False(_cache.Attention.IsCompleted);
    }

    [Fact]
    public void ForgetsStreams_WhenTheyAreIdle()
    {
        for (int i = 0; i < 50; i++)
        {
            var cursor = Cursor($"s{i}");
            Add($"s{i}");
            Drain(cursor);
            Assert.Equal(1, _cache.Streams);
            cursor.Dispose();
            Assert.Equal(0, _cache.Streams);
        }
    }

    /// <summary>Ten times the streams: the same steps per record.</summary>
    [Theory]
    [InlineData(10_000)]
    [InlineData(100_000)]
    public void CostsTheSamePerRecord_WhateverTheNumberOfStreams(int streams)
    {
        const int rounds = 4;
        _options.CacheRecords = streams;
        _options.CacheBytes = int.MaxValue;
        var cursors = Enumerable.Range(0, streams).Select(i => Cursor($"s{i}")).ToList();
        for (int round = 0; round < rounds; round++)
        {
            Add([.. Enumerable.Range(0, streams).Select(i => $"s{i}")]);
            foreach (var cursor in cursors) Drain(cursor);
        }
        foreach (var cursor in cursors) cursor.Dispose();
        double perRecord = (double)_cache.Steps / (rounds * streams);
        Assert.True(perRecord <= 6, $"{streams} streams: {perRecord:0.00} steps per record");
        Assert.Equal((0, rounds * streams), (_cache.Streams, _done.Count));
    }

    private static StreamId Id(string key) => StreamId.Create("t", key);

    private IQueueCacheCursor Cursor(string key) => _cache.TryGetCacheCursor(Id(key), null).Cursor!;

    private void Add(params string[] keys) => _cache.AddToCache([.. keys.Select(key => new StreamRecord(Id(key), Records.At(_next++, key)))]);

    private void Add(string key, int bytes) => _cache.AddToCache([new StreamRecord(Id(key), Records.At(_next++, key, bytes))]);

    private void Settle() => Assert.False(_cache.TryPurgeFromCache(out _));

    private List<StreamId> Announced()
    {
        var announcements = _cache.TakeAnnouncements();
        _cache.AddToCache(announcements);
        return [.. announcements.Select(a => a.StreamId)];
    }

    private static List<long>? Next(IQueueCacheCursor cursor) => cursor.MoveNextWithResult() == QueueCacheCursorMoveResult.Success ? Offsets(cursor) : null;

    private static List<long> Offsets(IQueueCacheCursor cursor) => [.. ((StreamRecordBatch)cursor.GetCurrent(out _)!).Records.Select(r => r.Offset)];

    private static List<long> Drain(IQueueCacheCursor cursor)
    {
        var all = new List<long>();
        while (Next(cursor) is { } offsets) all.AddRange(offsets);
        return all;
    }
}
