using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded;

/// <summary>
/// The newest durable records of a partition, so that readers at the live end share the objects that were appended. What all of them have taken goes, but for the
/// last few. Bounded by count and bytes. Not thread-safe: its partition's lock guards it.
/// </summary>
/// <param name="maxRecords">Most records.</param>
/// <param name="maxBytes">Most bytes; one record may have more.</param>
/// <param name="keep">So many stay though nobody needs them.</param>
internal sealed class TailBuffer(int maxRecords, long maxBytes, int keep)
{
    private readonly List<TailReader> _readers = [];
    private LogRecord[] _ring = new LogRecord[Math.Min(maxRecords, 1024)];
    private int _head;
    private int _count;
    private long _bytes;

    /// <summary>The offset of the oldest record held; <see cref="long.MaxValue"/> when empty.</summary>
    public long First => _count == 0 ? long.MaxValue : _ring[_head].Offset;

    public void Add(LogRecord record)
    {
        if (_count == _ring.Length && _ring.Length < maxRecords) Grow();
        while (_count > 0 && (_count == _ring.Length || _bytes + record.Size > maxBytes)) DropOldest();
        _ring[(_head + _count++) % _ring.Length] = record;
        _bytes += record.Size;
    }

    /// <summary>The reader has taken what is before the offset, and comes for the rest.</summary>
    public void Place(TailReader reader, long offset)
    {
        if (!reader.IsHere) _readers.Add(reader);
        (reader.IsHere, reader.Offset) = (true, offset);
    }

    /// <summary>The reader comes no more, or from elsewhere.</summary>
    public void Leave(TailReader reader)
    {
        if (reader.IsHere) _readers.Remove(reader);
        reader.IsHere = false;
    }

    /// <summary>Forgets what every reader here has taken.</summary>
    public void Settle()
    {
        if (_count <= keep) return;
        long needed = long.MaxValue;
        for (int i = _readers.Count - 1; i >= 0; i--)
        {
            // What it needs next has gone to make room: it reads the file until it is back.
            if (_readers[i].Offset < First) Leave(_readers[i]);
            else needed = Math.Min(needed, _readers[i].Offset);
        }
        while (_count > keep && First < needed) DropOldest();
    }

    /// <summary>Copies records from <paramref name="offset"/> on, at least one if there is one. Offsets are contiguous here.</summary>
    public void CopyTo(List<LogRecord> target, long offset, int max, long bytes)
    {
        for (long i = offset - First; i < _count && target.Count < max; i++)
        {
            var record = _ring[(_head + (int)i) % _ring.Length];
            bytes -= record.Size;
            if (bytes < 0 && target.Count > 0) return;
            target.Add(record);
        }
    }

    private void DropOldest()
    {
        _bytes -= _ring[_head].Size;
        _ring[_head] = null!;
        _head = (_head + 1) % _ring.Length;
        _count--;
    }

    private void Grow()
    {
        var larger = new LogRecord[Math.Min(maxRecords, _ring.Length * 2)];
        for (int i = 0; i < _count; i++) larger[i] = _ring[(_head + i) % _ring.Length];
        (_ring, _head) = (larger, 0);
    }
}

/// <summary>How far one reader has taken a partition's tail. Its partition's lock guards it.</summary>
internal sealed class TailReader
{
    /// <summary>What it takes next.</summary>
    public long Offset { get; set; }

    /// <summary>It reads from memory.</summary>
    public bool IsHere { get; set; }
}
