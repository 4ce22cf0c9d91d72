using Orleans.Streams;

namespace OrleansStream.Streams.Delivery;

/// <summary>
/// Holds what was read and not yet delivered of one partition. There is one stream and one subscriber, so a cursor is the
/// queue's head: a container leaves when the next is asked for, and stays, to be delivered again, after a failure or when its
/// cursor is dropped. Cursors never throw. The pulling agent calls it from one thread.
/// </summary>
internal sealed class PartitionCache(int maxContainers) : IQueueCache
{
    private readonly Queue<IBatchContainer> _undelivered = new();

    public int GetMaxAddCount() => Math.Max(0, maxContainers - _undelivered.Count);

    public bool IsUnderPressure() => _undelivered.Count >= maxContainers;

    public void AddToCache(IList<IBatchContainer> messages)
    {
        foreach (var container in messages)
        {
            _undelivered.Enqueue(container);
            Count(container, 1);
        }
    }

    /// <summary>Acknowledgement is the partition grain's, by its offset tracker: nothing is purged for the receiver to see.</summary>
    public bool TryPurgeFromCache(out IList<IBatchContainer> purgedItems)
    {
        purgedItems = [];
        return false;
    }

    public IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken? token) => new Cursor(_undelivered);

    public QueueCacheCursorResult<IQueueCacheCursor> TryGetCacheCursor(StreamId streamId, StreamSequenceToken? token) =>
        QueueCacheCursorResult<IQueueCacheCursor>.FromCursor(new Cursor(_undelivered));

    public QueueCacheCursorResult<IQueueCacheCursor> TryGetCacheCursorAtPosition(StreamId streamId, StreamSubscriptionStartPosition startPosition) =>
        TryGetCacheCursor(streamId, null);

    private static void Count(IBatchContainer container, int sign)
    {
        if (container is not RecordBatch batch) return;
        StreamMetrics.CacheRecords.Add(sign * batch.Records.Count);
        StreamMetrics.CacheBytes.Add(sign * batch.Bytes());
    }

    private sealed class Cursor(Queue<IBatchContainer> undelivered) : IQueueCacheCursor
    {
        private IBatchContainer? _current;
        private bool _failed;

        public IBatchContainer? GetCurrent(out Exception? exception)
        {
            exception = null;
            return _current;
        }

        public bool MoveNext()
        {
            bool delivered = _current is not null && !_failed;
            if (delivered && undelivered.TryPeek(out var head) && ReferenceEquals(head, _current)) Count(undelivered.Dequeue(), -1);
            _failed = false;
            return undelivered.TryPeek(out _current);
        }

        public QueueCacheCursorMoveResult MoveNextWithResult() =>
            MoveNext() ? QueueCacheCursorMoveResult.Success : QueueCacheCursorMoveResult.NoData;

        public void Refresh(StreamSequenceToken token)
        {
        }

        public void RecordDeliveryFailure() => _failed = true;

        public void Dispose()
        {
        }
    }
}
