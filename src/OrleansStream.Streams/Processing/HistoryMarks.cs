namespace OrleansStream.Streams.Processing;

/// <summary>Which chunks of a key's history are too old: a mark for one in so many says when it began, so that a row needs no more than a few.</summary>
internal static class HistoryMarks
{
    /// <summary>Marks within the time for which history is kept: the finer, the less stays beyond it.</summary>
    private const int Steps = 8;

    /// <param name="marks">Of the row, oldest first.</param>
    /// <param name="first">The first output that moves into the history now.</param>
    /// <param name="kept">How long history stays; zero: only what is not published.</param>
    /// <param name="published">The outputs of inputs before this offset are published. A chunk goes whole, so none goes that holds others: they may have to be read once more.</param>
    /// <returns>The marks now, and the offset before which chunks hold nothing but what may go; 0 when there is none.</returns>
    public static (HistoryMark[] Marks, long DropsBefore) After(HistoryMark[] marks, OutputEntry first, TimeSpan kept, long published)
    {
        // One mark is enough there: when it is published, so is everything before it.
        if (kept == TimeSpan.Zero && marks.Length > 0 && marks[^1].FirstOffset > published) return (marks, 0);
        if (kept == TimeSpan.Zero) return ([new HistoryMark(first.Offset, first.ReceivedAt)], marks.Length > 0 ? marks[^1].FirstOffset : 0);
        if (marks.Length == 0 || first.ReceivedAt - marks[^1].At >= kept / Steps) marks = [.. marks, new HistoryMark(first.Offset, first.ReceivedAt)];
        int old = Array.FindLastIndex(marks, m => m.At <= first.ReceivedAt - kept);
        // The mark itself stays: what was put out right before the next one is younger.
        if (old < 0) return (marks, 0);
        long before = marks[old].FirstOffset;
        return (marks[old..], before <= published ? before : 0);
    }
}
