using Orleans.Streams;

namespace OrleansStream.Streams.KeyStreams;

/// <summary>
/// One subscription's place in a stream. Asking for the next container after the current one was handed out says that it was
/// delivered, unless a failure was recorded in between. Never throws, and never moves past a failed record before its dead letter
/// is durable: the agent would go on.
/// </summary>
internal sealed class KeyStreamCursor(KeyStreamCache cache, KeyStream stream) : IQueueCacheCursor
{
    private StreamRecordBatch? _current;
    private long _singlyUntil;
    private long _offeredSince;
    private bool _handedOut;
    private bool _failed;
    private bool _deadLettered;
    private bool _disposed;

    /// <summary>The number of the first record that this cursor has not passed.</summary>
    public long Next { get; private set; } = stream.First;

    /// <summary>
    /// So far it is what the agent opens on a new stream, before any subscriber's cursor, only to keep its records until those are there.
    /// </summary>
    public bool IsPin { get; private set; } = stream.Cursors.Count == 0;

    public IBatchContainer? GetCurrent(out Exception? exception)
    {
        exception = null;
        _handedOut = _current is not null;
        return _current;
    }

    public bool MoveNext() => MoveNextWithResult() == QueueCacheCursorMoveResult.Success;

    public QueueCacheCursorMoveResult MoveNextWithResult()
    {
        if (_disposed) return QueueCacheCursorMoveResult.NoData;
        IsPin = false;
        if (_current is { } current)
        {
            bool delivered = _handedOut && !_failed;
            if (delivered || _deadLettered) Pass(current, delivered);
            else if (_failed && current.Records.Length > 1) _singlyUntil = Next + current.Records.Length;
            else return OfferAgain(current);
        }
        _current = Next < stream.End ? cache.Take(stream, Next, singly: Next < _singlyUntil) : null;
        _offeredSince = cache.Now();
        _handedOut = _failed = _deadLettered = false;
        return _current is null ? QueueCacheCursorMoveResult.NoData : QueueCacheCursorMoveResult.Success;
    }

    public void Refresh(StreamSequenceToken token)
    {
    }

    public void RecordDeliveryFailure()
    {
        _failed = true;
        _current?.GaveUp();
    }

    /// <summary>
    /// The record that the agent gave up on and that has to go to the dead letters: one that failed alone, for as long as
    /// the limit says. When several failed together, they are offered one by one first, so that only those that cannot be delivered go.
    /// </summary>
    public StreamRecordBatch? Poison(long offset) =>
        _failed && _current is { Records: [var single] } current && single.Offset == offset && cache.WasOfferedLongEnough(_offeredSince) ? current : null;

    /// <summary>The dead letter is durable: the cursor may move on.</summary>
    public void DeadLettered() => _deadLettered = true;

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        cache.Drop(stream, this);
    }

    private void Pass(StreamRecordBatch current, bool delivered)
    {
        Next += current.Records.Length;
        if (delivered) cache.CountDelivered(current.Records.Length);
        cache.Trim(stream);
    }

    private QueueCacheCursorMoveResult OfferAgain(StreamRecordBatch current)
    {
        current.OfferedAgain();
        _handedOut = _failed = false;
        return QueueCacheCursorMoveResult.Success;
    }
}
