using Orleans.Streams;
using OrleansStream.Streams.Delivery;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Delivery;

public sealed class PartitionCacheTests
{
    private static readonly TopicPartition Partition = new("t", 0);
    private readonly PartitionCache _cache = new(3);

    [Fact]
    public void DeliversInOrder_WhenSeveralWereRead()
    {
        Add(1, 2, 3);
        Assert.Equal([1, 2, 3], Drain(Cursor()));
    }

    [Fact]
    public void KeepsAContainer_UntilTheNextIsAskedFor()
    {
        Add(1, 2, 3);
        var cursor = Cursor();
        Next(cursor);
        Assert.Equal(0, _cache.GetMaxAddCount());
        Next(cursor);
        Assert.Equal(1, _cache.GetMaxAddCount());
    }

    [Fact]
    public void DeliversTheSameContainer_WhenItsDeliveryFailed()
    {
        Add(1, 2);
        var cursor = Cursor();
        Next(cursor);
        var container = cursor.GetCurrent(out _);
        for (int attempt = 0; attempt < 3; attempt++)
        {
            cursor.RecordDeliveryFailure();
            Assert.True(Next(cursor));
            Assert.Same(container, cursor.GetCurrent(out _));
        }
        Assert.Equal([2], Drain(cursor));
    }

    [Fact]
    public void StartsAtTheHead_WhenANewCursorIsOpened()
    {
        Add(1, 2, 3);
        var dropped = Cursor();
        Next(dropped);
        Next(dropped);
        dropped.Dispose();
        Assert.Equal([2, 3], Drain(Cursor()));
    }

    [Fact]
    public void DropsNothing_WhenAnOldCursorMovesAfterANewOne()
    {
        Add(1, 2, 3);
        var old = Cursor();
        Next(old);
        var current = Cursor();
        Next(current);
        Next(current);
        Next(old);
        Assert.Equal(2, Offset(current));
        Assert.Equal([3], Drain(current));
    }

    [Fact]
    public void GoesOn_WhenSomethingComesAfterItWasEmpty()
    {
        var cursor = Cursor();
        Assert.False(Next(cursor));
        Assert.Null(cursor.GetCurrent(out _));
        Assert.Equal(QueueCacheCursorMoveResult.NoData, cursor.MoveNextWithResult());
        Add(1);
        Assert.Equal(QueueCacheCursorMoveResult.Success, cursor.MoveNextWithResult());
        Assert.Equal(1, Offset(cursor));
        Assert.False(Next(cursor));
    }

    [Fact]
    public void IsUnderPressure_WhenItIsFull()
    {
        Assert.Equal((3, false), (_cache.GetMaxAddCount(), _cache.IsUnderPressure()));
        Add(1, 2, 3);
        Assert.Equal((0, true), (_cache.GetMaxAddCount(), _cache.IsUnderPressure()));
        Add(4);
        Assert.Equal((0, true), (_cache.GetMaxAddCount(), _cache.IsUnderPressure()));
    }

    [Fact]
    public void PurgesNothing_WhenEverythingIsDelivered()
    {
        Add(1);
        Drain(Cursor());
        Assert.False(_cache.TryPurgeFromCache(out var purged));
        Assert.Empty(purged);
    }

    private IQueueCacheCursor Cursor() => _cache.GetCacheCursor(PartitionStreams.IdOf(Partition), null);

    private void Add(params long[] offsets) => _cache.AddToCache(
        [.. offsets.Select(offset => new RecordBatch { Partition = Partition, From = offset, Records = [Records.At(offset)] })]);

    private static bool Next(IQueueCacheCursor cursor) => cursor.MoveNextWithResult() == QueueCacheCursorMoveResult.Success;

    private static long Offset(IQueueCacheCursor cursor) => ((RecordBatch)cursor.GetCurrent(out _)!).Records[0].Offset;

    private static List<long> Drain(IQueueCacheCursor cursor)
    {
        var offsets = new List<long>();
        while (Next(cursor)) offsets.Add(Offset(cursor));
        return offsets;
    }
}
