using OrleansStream.Domain.Observability.Anomalies;

namespace OrleansStream.Domain.Tests.Observability;

public sealed class NabScoreTests
{
    private static readonly (int, int)[] Windows = [(200, 299), (600, 699)];

    [Fact]
    public void IsZero_WhenNothingIsSaid() => Assert.Equal(0, NabScore.Of(1000, Windows, []).Normalized, 9);

    [Fact]
    public void IsAHundred_WhenAllIsSaidAtTheFirstRow() => Assert.Equal(100, NabScore.Of(1000, Windows, [200, 600]).Normalized, 9);

    [Fact]
    public void IsLessForLater_AndNothingForALaterOneOfTheSameWindow()
    {
        double early = NabScore.Of(1000, Windows, [210, 600]).Raw, late = NabScore.Of(1000, Windows, [290, 600]).Raw;
        Assert.True(early > late);
        Assert.Equal(early, NabScore.Of(1000, Windows, [210, 250, 299, 600]).Raw, 9);
        // Half of the window: 2 / (1 + e^-2.5) - 1, against the same of the whole.
        Assert.Equal(((2 / (1 + Math.Exp(-2.5))) - 1) / ((2 / (1 + Math.Exp(-5))) - 1), NabScore.Of(1000, [(200, 299)], [250]).Raw, 9);
    }

    [Theory]
    [InlineData(160, -0.11)] // before any window
    [InlineData(300, -0.0028)] // just after one: a window's width is 99 rows between its ends
    [InlineData(399, -0.1094)]
    [InlineData(597, -0.11)] // further than three widths
    public void FalseAlarmsCostAsFarAsTheyAreAfterAWindow(int row, double cost)
    {
        var score = NabScore.Of(1000, Windows, [row]);
        Assert.Equal((1, 0), (score.FalseAlarms, score.Detected));
        Assert.Equal(-2 + cost, score.Raw, 3);
    }

    [Fact]
    public void NothingCountsWhileTheDetectorLearns()
    {
        Assert.Equal((150, 750, 750), (NabScore.ProbationOf(1000), NabScore.ProbationOf(5000), NabScore.ProbationOf(22_000)));
        Assert.Equal((0, 0.0), (NabScore.Of(1000, [], [0, 149]).FalseAlarms, NabScore.Of(1000, [], [0, 149]).Raw));
    }

    [Fact]
    public void AddsUp()
    {
        var sum = NabScore.Of(1000, Windows, [200]) + NabScore.Of(1000, [], [500]);
        Assert.Equal((2, 1, 1), (sum.Windows, sum.Detected, sum.FalseAlarms));
        Assert.Equal((1 - 1 - 0.11 + 2) / 4 * 100, sum.Normalized, 6);
    }
}
