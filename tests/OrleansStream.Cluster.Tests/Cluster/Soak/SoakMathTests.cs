namespace OrleansStream.Cluster.Tests.Cluster.Soak;

/// <summary>What is made of the figures of an endurance run.</summary>
public sealed class SoakMathTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void SlopeIsThatOfMostPoints_WhenSomeAreFarOff()
    {
        var points = Enumerable.Range(0, 40).Select(i => ((double)i, i % 5 == 0 ? 900.0 : 100 + (2.5 * i))).ToList();

        Assert.Equal(2.5, Trend.Slope(points), 1e-9);
        Assert.Equal(0, Trend.Slope([(1, 5)]));
    }

    [Theory]
    [InlineData(300, 0, false)]
    // 200 MiB an hour are 90 in 27 minutes: a leak where that is more than a quarter.
    [InlineData(200, 200, true)]
    [InlineData(600, 200, false)]
    // 40 MiB in 27 minutes is what heaps do.
    [InlineData(100, 90, false)]
    public void GrowthIsALeak_WhenItIsMuchAndALargeShare(double level, double perHour, bool leaks)
    {
        // Compiling comes first, and does not count.
        var growth = MemoryGrowth.Of(Enumerable.Range(0, 30).Select(m => (m * Minute, m < 3 ? 40.0 * m : level + (perHour * m / 60))), 3 * Minute)!;

        Assert.Equal(perHour, growth.MiBPerHour, 1e-6);
        Assert.Equal(leaks, growth.Leaks);
        Assert.False((growth with { Over = 9 * Minute }).Leaks);
    }

    [Fact]
    public void OnlyQuietWindowsCount_WhenFaultsHaveMadeOthersSlow()
    {
        var latencies = new LatencyWindows();
        var disturbed = (From: TimeSpan.FromSeconds(25), To: TimeSpan.FromSeconds(41));
        for (int ms = 0; ms < 120_000; ms += 50)
        {
            var due = TimeSpan.FromMilliseconds(ms);
            bool late = due >= disturbed.From && due < disturbed.To;
            latencies.Add(due, TimeSpan.FromMilliseconds(late ? 5_000 : ms < 60_000 ? 10 : 30));
        }

        // The three windows from 20 to 50 s are touched; those of the first third that are not lie before.
        Assert.Equal(2, latencies.QuietP99(TimeSpan.Zero, TimeSpan.FromSeconds(40), [disturbed]).Count);
        Assert.All(latencies.QuietP99(TimeSpan.Zero, 2 * Minute, [disturbed]), p99 => Assert.InRange(p99, 9.9, 30.1));
        var stability = Stability.Of(latencies, 6 * TimeSpan.FromSeconds(20), [disturbed]);
        Assert.Equal((10, 30), (Math.Round(stability.FirstMs), Math.Round(stability.LastMs)));
        Assert.False(stability.CanBeJudged);
        Assert.False((stability with { Windows = Stability.LeastWindows }).Holds);
    }

    [Fact]
    public void FaultsAreTheSame_WhenTheSeedIs()
    {
        var faults = new FaultPlan(7, brokers: true).Faults().Take(27).ToList();

        Assert.Equal(faults, new FaultPlan(7, brokers: true).Faults().Take(27));
        Assert.NotEqual(faults, new FaultPlan(8, brokers: true).Faults().Take(27));
        foreach (var round in faults.Chunk(9)) Assert.Equal(Enum.GetValues<FaultKind>(), round.Select(f => f.Kind).Distinct().Order());
        Assert.DoesNotContain(new FaultPlan(7, brokers: false).Faults().Take(60), f => f.Kind is FaultKind.BrokersDown or FaultKind.BrokersSlow or FaultKind.LeadersMoved);
    }
}
