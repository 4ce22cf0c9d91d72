namespace OrleansStream.Streams.Embedded.Segments;

/// <summary>A partition's files, oldest first; the last one is written to. Not thread-safe: the partition's lock guards it.</summary>
internal sealed class SegmentList
{
    private readonly List<Segment> _segments = [];

    public IReadOnlyList<Segment> All => _segments;

    public Segment? Active => _segments.Count == 0 ? null : _segments[^1];

    /// <summary>The oldest readable offset.</summary>
    public long Low => _segments.Count == 0 ? 0 : _segments[0].BaseOffset;

    /// <summary>The offset after the newest record; a skip that nothing was written after does not count.</summary>
    public long High => Math.Max(Low, _segments.FindLast(s => s.Records > 0)?.End ?? 0);

    public long Records => _segments.Sum(s => s.Records);

    /// <summary>Within a file offsets have no holes.</summary>
    public long RecordsFrom(long offset)
    {
        long records = 0;
        for (int i = _segments.Count - 1; i >= 0 && _segments[i].End > offset; i--) records += _segments[i].End - Math.Max(offset, _segments[i].BaseOffset);
        return records;
    }

    public void Add(Segment segment) => _segments.Add(segment);

    /// <summary>Puts a new file in the place of the active one, which holds no record.</summary>
    public void ReplaceActive(Segment segment) => _segments[^1] = segment;

    public void RemoveOldest(int count) => _segments.RemoveRange(0, count);

    /// <summary>The file and position at which to start reading for the first record at or after the offset; null when there is none.</summary>
    public SegmentPlace? Find(long offset)
    {
        int low = 0, high = _segments.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_segments[middle].End > offset) high = middle;
            else low = middle + 1;
        }
        // Ends never fall from file to file, so all from here on hold later records, or none.
        while (low < _segments.Count && _segments[low].Records == 0) low++;
        return low == _segments.Count ? null : new SegmentPlace(_segments[low], _segments[low].Index.PositionOf(offset));
    }

    /// <summary>As <see cref="Find"/>, for the first record received at or after the time.</summary>
    public SegmentPlace? FindTime(long ticks)
    {
        var segment = _segments.Find(s => s.Index.NewestTicks >= ticks);
        return segment is null ? null : new SegmentPlace(segment, segment.Index.PositionOfTime(ticks));
    }
}

/// <param name="Segment">The file.</param>
/// <param name="Position">Of a block in it.</param>
internal readonly record struct SegmentPlace(Segment Segment, long Position);
