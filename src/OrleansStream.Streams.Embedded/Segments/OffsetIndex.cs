using System.Runtime.InteropServices;

namespace OrleansStream.Streams.Embedded.Segments;

/// <summary>
/// Where to start reading a segment for an offset or a time: one entry per 64 KiB of blocks, 24 bytes each, so that an index takes less than a
/// two-thousandth of its segment. Not thread-safe: its partition's lock guards it.
/// </summary>
internal sealed class OffsetIndex
{
    /// <summary>What is read in vain at most, before the place looked for. Bytes.</summary>
    private const int EveryBytes = 64 << 10;

    private readonly List<Entry> _entries = [];

    /// <summary>The newest ReceivedAt of all blocks, UTC ticks; <see cref="long.MinValue"/> when there is none.</summary>
    public long NewestTicks => _entries.Count == 0 ? long.MinValue : _entries[^1].NewestTicks;

    /// <summary>Blocks come in order.</summary>
    public void Add(long firstOffset, long position, long newestTicks)
    {
        var entries = CollectionsMarshal.AsSpan(_entries);
        // Never falls from entry to entry: appends may come slightly out of order in time, and a search needs order.
        long newest = Math.Max(newestTicks, NewestTicks);
        if (entries.Length > 0 && position - entries[^1].Position < EveryBytes) entries[^1] = entries[^1] with { NewestTicks = newest };
        else _entries.Add(new Entry(firstOffset, position, newest));
    }

    /// <summary>The position of the last indexed block that starts at or before the offset; of the first block when there is none; -1 without blocks.</summary>
    public long PositionOf(long offset)
    {
        int after = FirstWhere(e => e.FirstOffset > offset);
        return _entries.Count == 0 ? -1 : _entries[Math.Max(0, after - 1)].Position;
    }

    /// <summary>A position before which all is older than the time, and after which something is not; -1 when all is older.</summary>
    public long PositionOfTime(long ticks)
    {
        int first = FirstWhere(e => e.NewestTicks >= ticks);
        return first == _entries.Count ? -1 : _entries[first].Position;
    }

    /// <summary>The condition holds from some entry on.</summary>
    private int FirstWhere(Func<Entry, bool> condition)
    {
        int low = 0, high = _entries.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (condition(_entries[middle])) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    /// <param name="FirstOffset">Of the first block from <paramref name="Position"/> on.</param>
    /// <param name="Position">In the file.</param>
    /// <param name="NewestTicks">The newest ReceivedAt up to the next entry, earlier blocks included.</param>
    private readonly record struct Entry(long FirstOffset, long Position, long NewestTicks);
}
