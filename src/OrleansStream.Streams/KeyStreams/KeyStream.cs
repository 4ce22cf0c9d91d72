using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.KeyStreams;

/// <summary>
/// One stream in the cache: its undelivered records in a ring, numbered from when the stream was first seen, and the cursors that read
/// them. A record stays until every cursor has passed it.
/// </summary>
internal sealed class KeyStream(StreamId id)
{
    private const int SmallRing = 4;
    private LogRecord?[] _ring = [];
    private int _head;

    public StreamId Id { get; } = id;

    public List<KeyStreamCursor> Cursors { get; } = new(1);

    /// <summary>The number of the oldest record held.</summary>
    public long First { get; private set; }

    public int Count { get; private set; }

    /// <summary>The number that the next record will get.</summary>
    public long End => First + Count;

    /// <summary>Records from this number on stay, whatever the cursors say: a cursor was dropped before them, and another may come for it.</summary>
    public long Floor { get; set; } = long.MaxValue;

    /// <summary>The agent was shown this stream since its last cursor was dropped: had it subscribers, they would have cursors.</summary>
    public bool Announced { get; set; }

    /// <summary>Is on the cache's list of streams to be looked at.</summary>
    public bool IsUnsettled { get; set; }

    /// <summary>Where records may be removed up to.</summary>
    public long Passed
    {
        get
        {
            if (Cursors.Count == 0) return First;
            long passed = Floor;
            foreach (var cursor in Cursors) passed = Math.Min(passed, cursor.Next);
            return passed;
        }
    }

    public LogRecord this[long number] => _ring[(_head + (int)(number - First)) & (_ring.Length - 1)]!;

    /// <returns>How many records were moved to make room.</returns>
    public int Add(LogRecord record)
    {
        int moved = Count == _ring.Length ? Grow() : 0;
        _ring[(_head + Count++) & (_ring.Length - 1)] = record;
        return moved;
    }

    public LogRecord RemoveFirst()
    {
        var record = _ring[_head]!;
        _ring[_head] = null;
        _head = (_head + 1) & (_ring.Length - 1);
        First++;
        // A key that had a burst once must not keep its ring.
        if (--Count == 0 && _ring.Length > SmallRing) (_ring, _head) = ([], 0);
        return record;
    }

    private int Grow()
    {
        var ring = new LogRecord?[Math.Max(SmallRing, _ring.Length * 2)];
        for (int i = 0; i < Count; i++) ring[i] = _ring[(_head + i) & (_ring.Length - 1)];
        (_ring, _head) = (ring, 0);
        return Count;
    }
}
