namespace OrleansStream.Streams.Processing;

/// <summary>Which chunks of a key's history are too old: a mark for one in so many says when it began, so that a row needs no more than a few.</summary>
internal static class HistoryMarks
{
    /// <summary>Marks within the time for which history is kept: the finer, the less stays beyond it.</summary>
    private const int Steps = 8;

    /// <param name="marks">Of the row, oldest first.</param>
    /// <param name="first">The first output that moves into the history now.</param>
    /// <param name="kept">How long history stays.</param>
    /// <returns>The marks now, and the offset before which chunks hold nothing but what is older; 0 when there is none.</returns>
    public static (HistoryMark[] Marks, long OldBefore) After(HistoryMark[] marks, OutputEntry first, TimeSpan kept)
    {
        if (marks.Length == 0 || first.ReceivedAt - marks[^1].At >= kept / Steps) marks = [.. marks, new HistoryMark(first.Offset, first.ReceivedAt)];
        int old = Array.FindLastIndex(marks, m => m.At <= first.ReceivedAt - kept);
        // The mark itself stays: what was put out right before the next one is younger.
        return old < 0 ? (marks, 0) : (marks[old..], marks[old].FirstOffset);
    }

    /// <summary>For a history that holds only what is not published: one mark, before which everything goes when it is.</summary>
    /// <param name="marks">Of the row.</param>
    /// <param name="first">The first output that moves into the history now.</param>
    /// <param name="published">The outputs of inputs before this offset are published.</param>
    public static (HistoryMark[] Marks, long OldBefore) AfterUnkept(HistoryMark[] marks, OutputEntry first, long published) =>
        marks.Length > 0 && marks[^1].FirstOffset > published ? (marks, 0) : ([new HistoryMark(first.Offset, first.ReceivedAt)], marks.Length > 0 ? marks[^1].FirstOffset : 0);
}
