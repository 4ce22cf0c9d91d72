using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Partitions;

/// <summary>
/// Remembers where the identities of a partition's latest records stand: those of the last minutes and at least a number of them, at most another. About 60 bytes an
/// identity. What is remembered follows from the records alone, so that every owner drops the same ones.
/// </summary>
internal sealed class SeenRecords(StreamEngineOptions options)
{
    private readonly Dictionary<UInt128, long> _offsets = [];
    private readonly Queue<(UInt128 Identity, long Offset, long ReceivedAt)> _order = new();
    private readonly Queue<long> _droppedOrder = new();
    private readonly Dictionary<long, long> _dropped = [];
    private long _latest;

    public int Count => _offsets.Count;

    /// <summary>Takes note of a record; false when one of its identity stands before it.</summary>
    public bool TryAdd(LogRecord record)
    {
        var identity = IdentityHash.Of(record);
        if (!_offsets.TryAdd(identity, record.Offset))
        {
            long first = _offsets[identity];
            if (first == record.Offset) return true;
            Drop(record.Offset, first);
            return false;
        }
        _latest = Math.Max(_latest, record.ReceivedAt.UtcTicks);
        _order.Enqueue((identity, record.Offset, record.ReceivedAt.UtcTicks));
        while (_order.Count > options.DeduplicationMaxRecords || (_order.Count > options.DeduplicationRecords && _latest - _order.Peek().ReceivedAt > options.DeduplicationTime.Ticks))
            _offsets.Remove(_order.Dequeue().Identity);
        return true;
    }

    /// <summary>The first of its identity for a record that was dropped of late; else the offset itself.</summary>
    public long FirstOf(long offset) => _dropped.GetValueOrDefault(offset, offset);

    private void Drop(long offset, long first)
    {
        _dropped[offset] = first;
        _droppedOrder.Enqueue(offset);
        if (_droppedOrder.Count > options.DeduplicationRecords) _dropped.Remove(_droppedOrder.Dequeue());
    }
}
