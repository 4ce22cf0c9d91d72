namespace OrleansStream.Streams.Partitions;

/// <summary>
/// Knows which offsets of a partition are done and how far they are done without a hole. Offsets are registered in ascending
/// order, gaps allowed (compaction, transactions), and completed in any order. The watermark is the lowest registered offset that
/// is not done, or the one after the last registered when all are: what may be committed.
/// </summary>
public sealed class OffsetTracker : IOffsetTracker
{
    private long[] _offsets = new long[1024];
    private bool[] _done = new bool[1024];
    private int _head;

    public OffsetTracker(long start) => Next = start;

    /// <summary>The offset after the last registered one.</summary>
    public long Next { get; private set; }

    /// <summary>Registered and not yet below the watermark.</summary>
    public int Count { get; private set; }

    /// <summary>Everything before it is done.</summary>
    public long Watermark => Count == 0 ? Next : _offsets[_head];

    /// <exception cref="ArgumentOutOfRangeException">The offset is not above all registered ones.</exception>
    public void Register(long offset)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(offset, Next);
        if (Count == _offsets.Length) Grow();
        int slot = (_head + Count++) & (_offsets.Length - 1);
        _offsets[slot] = offset;
        _done[slot] = false;
        Next = offset + 1;
    }

    /// <summary>There is no record between the last registered one and this offset.</summary>
    public void SkipTo(long offset) => Next = Math.Max(Next, offset);

    /// <summary>Marks a registered offset; again or below the watermark changes nothing.</summary>
    /// <exception cref="ArgumentException">The offset was never registered.</exception>
    public void Complete(long offset)
    {
        if (offset < Watermark) return;
        int index = Find(offset);
        if (index < 0) throw new ArgumentException($"Offset {offset} was not registered (watermark {Watermark}, next {Next}).", nameof(offset));
        _done[(_head + index) & (_offsets.Length - 1)] = true;
        while (Count > 0 && _done[_head])
        {
            _head = (_head + 1) & (_offsets.Length - 1);
            Count--;
        }
    }

    private int Find(long offset)
    {
        // Without gaps the distance is the index; with gaps it lies before it.
        int low = 0, high = (int)Math.Min(Count - 1, offset - _offsets[_head]);
        if (high >= 0 && At(high) == offset) return high;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            long found = At(middle);
            if (found == offset) return middle;
            if (found < offset) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }

    private long At(int index) => _offsets[(_head + index) & (_offsets.Length - 1)];

    private void Grow()
    {
        var offsets = new long[_offsets.Length * 2];
        var done = new bool[offsets.Length];
        for (int i = 0; i < Count; i++)
        {
            int slot = (_head + i) & (_offsets.Length - 1);
            (offsets[i], done[i]) = (_offsets[slot], _done[slot]);
        }
        (_offsets, _done, _head) = (offsets, done, 0);
    }
}
