namespace OrleansStream.Cluster.Tests.Cluster.Soak;

/// <summary>What the memory of one process did after its warm-up.</summary>
/// <param name="LevelMiB">Median.</param>
/// <param name="MiBPerHour">Its slope.</param>
/// <param name="Over">From the first to the last sample.</param>
internal sealed record MemoryGrowth(double LevelMiB, double MiBPerHour, TimeSpan Over)
{
    /// <summary>A quarter, and more than this: less is what heaps do by themselves.</summary>
    public const double MostShare = 0.25, MostMiB = 64;

    /// <summary>Over less than this a slope says nothing.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromMinutes(10);

    public double GrowthMiB => MiBPerHour * Over.TotalHours;

    public bool CanBeJudged => Over >= Least;

    public bool Leaks => CanBeJudged && GrowthMiB > MostMiB && GrowthMiB > MostShare * LevelMiB;

    /// <param name="samples">Time and MiB, in the order of time.</param>
    /// <param name="warmUp">Samples before this are left out.</param>
    /// <returns>Null without samples.</returns>
    public static MemoryGrowth? Of(IEnumerable<(TimeSpan At, double MiB)> samples, TimeSpan warmUp)
    {
        var after = samples.Where(s => s.At >= warmUp).Select(s => (s.At.TotalHours, s.MiB)).ToList();
        return after.Count == 0 ? null
            : new MemoryGrowth(Trend.Median(after.Select(s => s.MiB)), Trend.Slope(after), TimeSpan.FromHours(after[^1].TotalHours - after[0].TotalHours));
    }
}
