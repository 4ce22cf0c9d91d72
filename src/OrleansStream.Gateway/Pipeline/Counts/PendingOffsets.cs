namespace OrleansStream.Gateway.Pipeline.Counts;

/// <summary>
/// Records of one partition that were handed in and are not processed yet, with the time they were handed in: 8 bytes per offset between the committed one and the
/// end. Inputs and what shows that they are processed may come in any order.
/// </summary>
internal sealed class PendingOffsets
{
    private const int PageBits = 12;
    private const int PageSize = 1 << PageBits;
    private const long Done = -1;
    private const long DoneEarly = -2;
    private const long SinceBefore = 1;
    private readonly Dictionary<long, long[]> _pages = [];
    private long _committed;

    public long Count { get; private set; }

    /// <summary>A record was handed in. Gives the time when it turns out to be processed already, and zero otherwise.</summary>
    public long Receive(long offset, long receivedTicks)
    {
        if (offset < _committed) return 0;
        ref long slot = ref Slot(offset);
        if (slot == DoneEarly)
        {
            slot = Done;
            return receivedTicks;
        }
        if (slot == 0)
        {
            slot = receivedTicks;
            Count++;
        }
        return 0;
    }

    /// <summary>A record is processed. Gives the time it was handed in; zero when that is not known, or it was known to be processed.</summary>
    public long Complete(long offset)
    {
        if (offset < _committed) return 0;
        ref long slot = ref Slot(offset);
        if (slot == 0) slot = DoneEarly;
        if (slot <= 0) return 0;
        long received = slot;
        slot = Done;
        Count--;
        return received == SinceBefore ? 0 : received;
    }

    /// <summary>Everything before the offset is processed.</summary>
    public void Advance(long committed)
    {
        if (committed <= _committed) return;
        _committed = committed;
        foreach (var (page, slots) in _pages)
        {
            long first = page << PageBits;
            if (first >= committed) continue;
            int passed = (int)Math.Min(PageSize, committed - first);
            for (int i = 0; i < passed; i++)
            {
                if (slots[i] > 0) Count--;
                slots[i] = Done;
            }
            if (passed == PageSize) _pages.Remove(page);
        }
    }

    /// <summary>Takes all offsets of the range for pending: what a restart knows of them.</summary>
    public void Assume(long from, long until)
    {
        for (long offset = Math.Max(from, _committed); offset < until; offset++) Receive(offset, SinceBefore);
    }

    public void Clear()
    {
        _pages.Clear();
        (_committed, Count) = (0, 0);
    }

    private ref long Slot(long offset)
    {
        if (!_pages.TryGetValue(offset >> PageBits, out var page)) _pages.Add(offset >> PageBits, page = new long[PageSize]);
        return ref page[offset & (PageSize - 1)];
    }
}
