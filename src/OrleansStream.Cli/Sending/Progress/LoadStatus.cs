using OrleansStream.Cli.Sending.Delivery;

namespace OrleansStream.Cli.Sending.Progress;

/// <summary>What a display shows of a load, measured at each look.</summary>
/// <param name="Counts">Of all lines, those of the resumed run included.</param>
/// <param name="Fraction">Of the input that is answered, 0 to 1; null when its length is unknown.</param>
/// <param name="RecordsPerSecond">Over the last seconds.</param>
/// <param name="Remaining">Null when it cannot be told.</param>
/// <param name="Wait">Why and how long the load has been waiting for the server; null when it is not.</param>
internal sealed record LoadReading(
    LoadCounts Counts, double? Fraction, double RecordsPerSecond, TimeSpan? Remaining, (string Reason, TimeSpan Duration)? Wait);

/// <summary>Measures a running load. One display reads it.</summary>
internal sealed class LoadStatus(AnswerTracker tracker, ServerWait wait, LoadMark start, long? inputLength, TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly long _started = clock.GetTimestamp();
    private readonly Queue<(long At, long Records, long Bytes)> _samples = new([(clock.GetTimestamp(), start.Counts.Answered, 0L)]);

    public LoadCounts Counts => tracker.Live.Counts;

    public TimeSpan Elapsed => clock.GetElapsedTime(_started);

    /// <summary>Answered by this run alone.</summary>
    public long AnsweredNow => Counts.Answered - start.Counts.Answered;

    public LoadReading Read()
    {
        var now = clock.GetTimestamp();
        var (counts, bytes) = tracker.Live;
        if (start.Line > 0 && bytes > 0 && _samples.Peek().Bytes == 0)
        {
            // A resumed run skips what is answered in one leap, which says nothing about its speed.
            _samples.Clear();
        }

        _samples.Enqueue((now, counts.Answered, bytes));
        while (_samples.Count > 2 && clock.GetElapsedTime(_samples.Peek().At, now) > Window)
        {
            _samples.Dequeue();
        }

        var oldest = _samples.Peek();
        var seconds = Math.Max(clock.GetElapsedTime(oldest.At, now).TotalSeconds, 1e-3);
        var bytesPerSecond = (bytes - oldest.Bytes) / seconds;
        double? fraction = inputLength is { } length ? Math.Min(1.0, (double)bytes / length) : null;
        TimeSpan? remaining = inputLength is { } all && bytesPerSecond > 0
            ? TimeSpan.FromSeconds(Math.Min((all - bytes) / bytesPerSecond, 359_999))
            : null;
        return new LoadReading(counts, fraction, (counts.Answered - oldest.Records) / seconds, remaining, wait.Current);
    }
}
