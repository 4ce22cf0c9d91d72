using HdrHistogram;

namespace OrleansStream.Gateway.Pipeline.Counts;

/// <summary>
/// Latencies of the last 60 s in which there were any: HDR histograms of microseconds, three significant digits, one per 10 s. Not thread-safe.
/// </summary>
internal sealed class LatencyWindow
{
    public const int Seconds = 60;

    private const int SlotSeconds = 10;
    private const int Slots = Seconds / SlotSeconds;
    private const long MaxMicroseconds = 60L * 60 * 1_000_000;
    private readonly LongHistogram[] _slots = [.. Enumerable.Range(0, Slots).Select(_ => New())];
    private readonly long[] _times = new long[Slots];
    private readonly LongHistogram _all = New();
    private long _newest;

    public void Add(TimeSpan latency, DateTimeOffset at)
    {
        long time = at.ToUnixTimeSeconds() / SlotSeconds;
        int slot = (int)(time % Slots);
        if (_times[slot] != time)
        {
            _slots[slot].Reset();
            _times[slot] = time;
        }
        _newest = Math.Max(_newest, time);
        _slots[slot].RecordValue(Math.Clamp((long)latency.TotalMicroseconds, 1, MaxMicroseconds));
    }

    /// <summary>Milliseconds; null when nothing was ever added.</summary>
    public (double? P50, double? P99) Quantiles()
    {
        _all.Reset();
        for (int i = 0; i < Slots; i++)
            if (_times[i] > _newest - Slots) _all.Add(_slots[i]);
        return _all.TotalCount == 0 ? (null, null) : (At(50), At(99));
    }

    private double At(double percentile) => Math.Round(_all.GetValueAtPercentile(percentile) / 1000.0, 2);

    private static LongHistogram New() => new(MaxMicroseconds, 3);
}
