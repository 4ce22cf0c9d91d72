namespace OrleansStream.Cluster.Tests.Cluster.Soak;

/// <summary>Whether latencies were the same at the end of a run as at its beginning: the p99 of its quiet windows, the median of each third.</summary>
/// <param name="FirstMs">Of the first third.</param>
/// <param name="LastMs">Of the last.</param>
/// <param name="Windows">Quiet windows in the third that has fewer.</param>
internal sealed record Stability(double FirstMs, double LastMs, int Windows)
{
    public const double MostFactor = 2;

    /// <summary>Fewer windows than this say nothing.</summary>
    public const int LeastWindows = 3;

    public bool CanBeJudged => Windows >= LeastWindows;

    public bool Holds => !CanBeJudged || LastMs <= MostFactor * FirstMs;

    public static Stability Of(LatencyWindows latencies, TimeSpan length, IReadOnlyList<(TimeSpan From, TimeSpan To)> disturbances)
    {
        var first = latencies.QuietP99(TimeSpan.Zero, length / 3, disturbances);
        var last = latencies.QuietP99(length * 2 / 3, length, disturbances);
        return new Stability(MedianOf(first), MedianOf(last), Math.Min(first.Count, last.Count));
    }

    private static double MedianOf(List<double> values) => values.Count == 0 ? 0 : Trend.Median(values);
}
