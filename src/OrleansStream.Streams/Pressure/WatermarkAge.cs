namespace OrleansStream.Streams.Pressure;

/// <summary>
/// Remembers when a partition's high watermark was first seen beyond which offset, and so knows how long the record at the committed offset has been waiting,
/// without reading it. Bounded: when it holds many samples it keeps every other one.
/// </summary>
internal sealed class WatermarkAge
{
    private const int MaxSamples = 1024;
    private readonly List<(long High, DateTimeOffset SeenAt)> _samples = [];

    public TimeSpan Of(long committed, long high, DateTimeOffset now)
    {
        if (high > (_samples.Count == 0 ? committed : _samples[^1].High)) _samples.Add((high, now));
        // Every sample at or below the committed offset is done.
        int done = _samples.FindIndex(s => s.High > committed);
        if (done < 0)
        {
            _samples.Clear();
            return TimeSpan.Zero;
        }
        _samples.RemoveRange(0, done);
        for (int i = _samples.Count - 2; _samples.Count > MaxSamples && i > 0; i -= 2) _samples.RemoveAt(i);
        return now - _samples[0].SeenAt;
    }
}
