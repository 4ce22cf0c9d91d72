namespace OrleansStream.Streams.Embedded;

/// <summary>Offset → log address of every 128th record, to find a place in the log without reading it all.</summary>
internal sealed class OffsetIndex
{
    private const int Every = 128;
    private readonly List<(long Offset, long Address)> _entries = [];

    /// <summary>The oldest offset known; 0 when there is none.</summary>
    public long First => _entries.Count == 0 ? 0 : _entries[0].Offset;

    /// <summary>Offsets come in order.</summary>
    public void Add(long offset, long address)
    {
        if (_entries.Count == 0 || offset % Every == 0) _entries.Add((offset, address));
    }

    /// <summary>The address of the last indexed record at or before the offset; 0 when there is none.</summary>
    public long AtOrBefore(long offset)
    {
        int low = 0, high = _entries.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_entries[middle].Offset <= offset) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? 0 : _entries[low - 1].Address;
    }
}
