using HdrHistogram;

namespace OrleansStream.Cli.Benchmarks;

/// <summary>Milliseconds.</summary>
internal sealed record Percentiles(double P50, double P90, double P99, double P999, double Max);

/// <summary>Latencies in an HDR histogram of microseconds up to ten minutes, three significant digits. Thread-safe.</summary>
internal sealed class LatencySamples
{
    private const long MaxMicroseconds = 10L * 60 * 1_000_000;

    private readonly Lock _gate = new();
    private readonly LongHistogram _histogram = new(MaxMicroseconds, 3);

    public long Count
    {
        get
        {
            lock (_gate)
            {
                return _histogram.TotalCount;
            }
        }
    }

    public void Add(TimeSpan latency)
    {
        var microseconds = Math.Clamp((long)latency.TotalMicroseconds, 1, MaxMicroseconds);
        lock (_gate)
        {
            _histogram.RecordValue(microseconds);
        }
    }

    /// <summary>Null when there is nothing to rank.</summary>
    public Percentiles? Percentiles()
    {
        lock (_gate)
        {
            return _histogram.TotalCount == 0 ? null : new Percentiles(At(50), At(90), At(99), At(99.9), At(100));
        }
    }

    private double At(double percentile) => Math.Round(_histogram.GetValueAtPercentile(percentile) / 1000.0, 3);
}
