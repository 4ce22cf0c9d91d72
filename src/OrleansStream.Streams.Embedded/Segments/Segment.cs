namespace OrleansStream.Streams.Embedded.Segments;

/// <summary>
/// One file of a partition and what is known of its durable part. Changed under the partition's lock; <see cref="Length"/> alone is read without it.
/// </summary>
internal sealed class Segment(string path, SegmentHeader header)
{
    private long _length = SegmentHeader.Length;

    public string Path => path;

    public SegmentHeader Header => header;

    public long BaseOffset => header.BaseOffset;

    /// <summary>The offset after the last record; <see cref="BaseOffset"/> when there is none.</summary>
    public long End { get; private set; } = header.BaseOffset;

    public long Records { get; private set; }

    /// <summary>The durable part. Bytes; only grows.</summary>
    public long Length => Volatile.Read(ref _length);

    public OffsetIndex Index { get; } = new();

    /// <summary>A block became durable at the end.</summary>
    public void Add(BlockHeader block)
    {
        Index.Add(block.FirstOffset, _length, block.NewestTicks);
        End = block.End;
        Records += block.Records;
        Volatile.Write(ref _length, _length + block.TotalLength);
    }
}
