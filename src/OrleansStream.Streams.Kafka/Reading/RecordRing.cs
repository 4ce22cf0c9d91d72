using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Kafka.Reading;

/// <summary>
/// The newest records that were read of a partition, and of what range of offsets they are all there is: from <see cref="From"/> up to <see cref="Next"/>. Offsets ascend,
/// with gaps. Bounded by count and bytes, the oldest go first. Not thread-safe: its partition's lock guards it.
/// </summary>
internal sealed class RecordRing(long from, int maxRecords, long maxBytes)
{
    private LogRecord[] _ring = new LogRecord[Math.Min(maxRecords, 64)];
    private int _head;

    public long From { get; private set; } = from;

    public long Next { get; private set; } = from;

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    public void Add(LogRecord record)
    {
        if (Count == _ring.Length && _ring.Length < maxRecords) Grow();
        while (Count > 0 && (Count == _ring.Length || Bytes + record.Size > maxBytes)) DropOldest();
        _ring[(_head + Count++) % _ring.Length] = record;
        Bytes += record.Size;
        Next = record.Offset + 1;
    }

    /// <summary>Forgets the oldest before the offset, but for the newest <paramref name="keep"/>.</summary>
    public void Forget(long before, int keep)
    {
        while (Count > keep && At(0).Offset < before) DropOldest();
    }

    /// <summary>There is nothing between the last record and this offset.</summary>
    public void SkipTo(long offset) => Next = Math.Max(Next, offset);

    /// <summary>Copies records from <paramref name="offset"/> on, at least one if there is one.</summary>
    /// <returns>Where it goes on: behind the last one copied, or where the range ends.</returns>
    public long CopyTo(List<LogRecord> target, long offset, int max, long bytes)
    {
        int index = FirstAtOrAfter(offset);
        for (; index < Count && target.Count < max; index++)
        {
            var record = At(index);
            bytes -= record.Size;
            if (bytes < 0 && target.Count > 0) break;
            target.Add(record);
        }
        return index < Count ? At(index).Offset : Next;
    }

    /// <summary>How many records, of how many bytes, lie at or after the offset.</summary>
    public (int Records, long Bytes) Beyond(long offset)
    {
        int index = FirstAtOrAfter(offset);
        // Bytes in proportion: exact ones would cost a walk.
        int records = Count - index;
        return (records, Count == 0 ? 0 : Bytes * records / Count);
    }

    private LogRecord At(int index) => _ring[(_head + index) % _ring.Length];

    private int FirstAtOrAfter(long offset)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (At(middle).Offset < offset) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private void DropOldest()
    {
        var oldest = _ring[_head];
        Bytes -= oldest.Size;
        From = oldest.Offset + 1;
        _ring[_head] = null!;
        _head = (_head + 1) % _ring.Length;
        Count--;
    }

    private void Grow()
    {
        var larger = new LogRecord[Math.Min(maxRecords, _ring.Length * 2)];
        for (int i = 0; i < Count; i++) larger[i] = At(i);
        (_ring, _head) = (larger, 0);
    }
}
