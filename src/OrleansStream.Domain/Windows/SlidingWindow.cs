using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace OrleansStream.Domain.Windows;

/// <summary>
/// An immutable window of the newest events, sorted by (event time, id). Invariant: whatever the order and
/// however often events are added, it holds the newest <see cref="WindowBounds.Capacity"/> distinct events
/// younger than the retention, so that permutation and redelivery end in equal windows.
/// </summary>
/// <remarks>
/// When more events than the capacity fall into one length, <see cref="Count"/> and <see cref="Sum"/> are
/// exact over the entries kept, hence lower bounds: a limit below the capacity is still recognised as
/// exceeded. Copy on write: adding is O(n) for n entries, typically 0–5.
/// </remarks>
[GenerateSerializer, Alias("OrleansStream.Windows.SlidingWindow"), Immutable]
public sealed class SlidingWindow : IEquatable<SlidingWindow>
{
    // 13 integer digits (1e12) × 4,096 entries + 8 decimals fit decimal's 28 digits: sums never round.
    private const int ValueDecimals = 8;

    [Id(0)]
    private readonly ImmutableArray<WindowEntry> _entries;

    private SlidingWindow(ImmutableArray<WindowEntry> entries) => _entries = entries;

    /// <summary>A window that holds nothing yet.</summary>
    public static SlidingWindow Empty { get; } = new([]);

    /// <summary>The entries kept, oldest first.</summary>
    public ImmutableArray<WindowEntry> Entries => _entries;

    /// <summary>Whether the event is among the entries kept, whatever its time.</summary>
    public bool Contains(EventKey key) => IndexOf(key.IdHash) >= 0;

    /// <summary>
    /// The window with one event more; the same window when the event is there already or too old to be kept.
    /// </summary>
    /// <param name="key">Event time and identity; may be older than what is there.</param>
    /// <param name="value">Kept to 8 decimals (rounded half to even), so that sums are exact in any order.</param>
    /// <param name="bounds">Retention and capacity.</param>
    /// <param name="evidence">Kept with the entry.</param>
    /// <param name="flags">Kept with the entry.</param>
    public SlidingWindow Add(EventKey key, decimal value, WindowBounds bounds, int evidence = 0, byte flags = 0)
    {
        if (Contains(key))
            return this;

        var newest = _entries.IsEmpty ? key.UtcTicks : Math.Max(key.UtcTicks, _entries[^1].Key.UtcTicks);
        var oldestKept = newest - bounds.Retention.Ticks;
        var position = PositionOf(key);
        var length = _entries.Length + 1;
        var drop = Math.Max(0, length - bounds.Capacity);
        while (drop < length && At(drop).UtcTicks <= oldestKept)
            drop++;
        if (drop > position && drop == 1)
            return this;

        // One copy: this runs for every event.
        var kept = new WindowEntry[length - drop];
        for (var i = drop; i < length; i++)
        {
            kept[i - drop] = i == position
                ? new WindowEntry(key, decimal.Round(value, ValueDecimals), evidence, flags)
                : _entries[i < position ? i : i - 1];
        }

        return new SlidingWindow(ImmutableCollectionsMarshal.AsImmutableArray(kept));

        EventKey At(int index) => index == position ? key : _entries[index < position ? index : index - 1].Key;
    }

    /// <summary>The number of entries with event time in (<paramref name="end"/> − <paramref name="length"/>, <paramref name="end"/>].</summary>
    public int Count(DateTimeOffset end, TimeSpan length) => Within(end, length).Length;

    /// <summary>The sum of values with event time in (<paramref name="end"/> − <paramref name="length"/>, <paramref name="end"/>].</summary>
    public decimal Sum(DateTimeOffset end, TimeSpan length)
    {
        var sum = 0m;
        foreach (var entry in Within(end, length))
            sum += entry.Value;
        return sum;
    }

    /// <summary>The entries with event time in (<paramref name="end"/> − <paramref name="length"/>, <paramref name="end"/>], oldest first.</summary>
    public ReadOnlySpan<WindowEntry> Within(DateTimeOffset end, TimeSpan length)
    {
        var entries = _entries.AsSpan();
        var after = end.UtcTicks - length.Ticks;
        var first = 0;
        while (first < entries.Length && entries[first].Key.UtcTicks <= after)
            first++;
        var last = entries.Length;
        while (last > first && entries[last - 1].Key.UtcTicks > end.UtcTicks)
            last--;
        return entries[first..last];
    }

    public bool Equals(SlidingWindow? other) => other is not null && _entries.AsSpan().SequenceEqual(other._entries.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as SlidingWindow);

    public override int GetHashCode() => _entries.IsEmpty ? 0 : HashCode.Combine(_entries.Length, _entries[^1]);

    private int IndexOf(ulong idHash)
    {
        for (var i = _entries.Length - 1; i >= 0; i--)
        {
            if (_entries[i].Key.IdHash == idHash)
                return i;
        }

        return -1;
    }

    // From the end: events mostly arrive in order.
    private int PositionOf(EventKey key)
    {
        var position = _entries.Length;
        while (position > 0 && _entries[position - 1].Key > key)
            position--;
        return position;
    }
}
