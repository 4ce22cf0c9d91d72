using CsCheck;
using OrleansStream.Domain.Windows;

namespace OrleansStream.Domain.Tests.Windows;

public sealed class RunningStatisticsTests
{
    [Fact]
    public void IsZero_WhenNothingWasObserved()
    {
        var nothing = default(RunningStatistics);
        Assert.Equal((0, 0.0, 0.0, 0.0), (nothing.Count, nothing.Mean, nothing.Variance, nothing.Deviation));
    }

    [Fact]
    public void HasTextbookValues_WhenTheSeriesIsTheTextbooks()
    {
        // Mean 5, population deviation 2: the usual example.
        var statistics = Of(2, 4, 4, 4, 5, 5, 7, 9);
        Assert.Equal((8, 5.0, 2.0, 40.0), (statistics.Count, statistics.Mean, statistics.Deviation, statistics.Total));
    }

    [Fact]
    public void DoesNotCancel_WhenValuesAreLargeAndNear()
    {
        var statistics = Of(1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16);
        Assert.Equal(22.5, statistics.Variance, 6);
    }

    [Fact]
    public void AgreesWithTwoPasses_WhenValuesAreAmounts() =>
        Gen.Double[0, 1e6].Array[1, 100].Sample(values =>
        {
            var statistics = Of(values);
            var mean = values.Average();
            var variance = values.Sum(value => (value - mean) * (value - mean)) / values.Length;
            Assert.Equal(mean, statistics.Mean, 1e-9 * (1 + mean));
            Assert.Equal(variance, statistics.Variance, 1e-9 * (1 + variance));
        });

    [Fact]
    public void AgreesWithinRounding_WhenOrderDiffers() =>
        (from values in Gen.Double[0, 1e6].Array[1, 50] from shuffled in Gen.Shuffle(values.ToArray()) select (values, shuffled))
        .Sample((values, shuffled) =>
        {
            Assert.Equal(Of(values).Mean, Of(shuffled).Mean, 1e-9 * (1 + Of(values).Mean));
            Assert.Equal(Of(values).Deviation, Of(shuffled).Deviation, 1e-9 * (1 + Of(values).Mean));
        });

    private static RunningStatistics Of(params IEnumerable<double> values) =>
        values.Aggregate(default(RunningStatistics), (statistics, value) => statistics.Add(value));
}
