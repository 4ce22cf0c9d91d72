using CsCheck;
using OrleansStream.Domain.Observability.Series;

namespace OrleansStream.Domain.Tests.Observability;

public sealed class RateLadderTests
{
    [Theory]
    [InlineData(300)]
    [InlineData(1800)]
    [InlineData(3600)]
    [InlineData(7200)]
    [InlineData(21_600)]
    [InlineData(86_400)]
    [InlineData(259_200)]
    public void IsWithinATwelfthOfTheWindow_WhenTrafficIsEven(long window)
    {
        var ladder = RateLadder.Empty;
        for (long minute = 0; minute < 6 * 1440; minute++) ladder = ladder.Add(minute, new RateCount(60, 6));
        var count = ladder.Window((6 * 1440 * 60) - 1, window);
        Assert.InRange(count.Total, window * 11 / 12, window * 13 / 12);
        Assert.InRange(count.Ratio, 0.09, 0.11);
    }

    [Fact]
    public void IsBounded_HoweverLongItRuns()
    {
        var ladder = RateLadder.Empty;
        for (long minute = 0; minute < 10_000; minute++) ladder = ladder.Add(minute, new RateCount(1, 0));
        Assert.InRange(ladder.Buckets.Length, 1, 49);
    }

    [Fact]
    public void DoesNotDependOnTheOrderOfMinutes() => Gen.Int[0, 5].Array[1, 30].Sample(minutes =>
    {
        RateCount Sum(IEnumerable<int> order) => order.Aggregate(RateLadder.Empty, (l, m) => l.Add(m, new RateCount(m + 1, m))).Window((6 * 60) - 1, 300);
        Assert.Equal(Sum(minutes), Sum(minutes.Reverse()));
    });
}
