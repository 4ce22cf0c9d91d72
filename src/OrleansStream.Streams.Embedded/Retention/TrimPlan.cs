using OrleansStream.Streams.Embedded.Segments;

namespace OrleansStream.Streams.Embedded.Retention;

/// <summary>What may go, why, and what must stay whatever else says. Each limit is a reason to remove; one is enough.</summary>
internal readonly record struct TrimPlan
{
    /// <summary>Files whose newest record is older go. UTC ticks.</summary>
    public long OlderThanTicks { get; init; }

    /// <summary>The oldest files go as long as the others together have at least so much. Bytes; null for no bound.</summary>
    public long? KeepBytes { get; init; }

    /// <summary>Files with nothing at or after this offset go.</summary>
    public long BeforeOffset { get; init; }

    /// <summary>The lowest offset that a consumer has yet to process: nothing at or after it goes.</summary>
    public required long Committed { get; init; }

    /// <summary>The lowest offset that somebody holds: nothing at or after it goes, up to <see cref="MaxHeldBytes"/>.</summary>
    public required long Held { get; init; }

    /// <summary>What holds may keep beyond what would be there without them. Bytes.</summary>
    public required long MaxHeldBytes { get; init; }

    /// <summary>How many of the oldest files go. The newest, which is written to, never does.</summary>
    /// <param name="segments">Oldest first.</param>
    /// <param name="overHeld">A hold was passed over, because it kept too much.</param>
    public int Count(IReadOnlyList<Segment> segments, out bool overHeld)
    {
        int due = Due(segments);
        while (due > 0 && segments[due - 1].End > Committed) due--;
        int free = due;
        while (free > 0 && segments[free - 1].End > Held) free--;
        long held = 0;
        for (int i = free; i < due; i++) held += segments[i].Length;
        overHeld = held > MaxHeldBytes;
        for (; held > MaxHeldBytes; free++) held -= segments[free].Length;
        return free;
    }

    private int Due(IReadOnlyList<Segment> segments)
    {
        long total = 0;
        foreach (var segment in segments) total += segment.Length;
        for (int i = 0; i < segments.Count - 1; i++)
        {
            total -= segments[i].Length;
            if (segments[i].End > BeforeOffset && segments[i].Index.NewestTicks >= OlderThanTicks && !(total >= KeepBytes)) return i;
        }
        return Math.Max(0, segments.Count - 1);
    }
}
