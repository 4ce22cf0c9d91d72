using OrleansStream.Gateway.Pipeline.Counts;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Tests.PipelineView;

/// <summary>The windows behind the figures.</summary>
public sealed class WindowTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void IsNull_WhenNothingWasMeasured() => Assert.Equal((null, null), new LatencyWindow().Quantiles());

    [Fact]
    public void RanksAllSamples_WhenTheyAreWithinTheWindow()
    {
        var window = new LatencyWindow();
        for (int i = 1; i <= 100; i++) window.Add(TimeSpan.FromMilliseconds(i), Start.AddSeconds(i % 50));
        var (p50, p99) = window.Quantiles();
        Assert.Equal(50, p50!.Value, 0.1);
        Assert.Equal(99, p99!.Value, 0.1);
    }

    [Fact]
    public void ForgetsOlderSamples_WhenNewOnesCome()
    {
        var window = new LatencyWindow();
        window.Add(TimeSpan.FromSeconds(9), Start);
        window.Add(TimeSpan.FromMilliseconds(3), Start.AddSeconds(65));
        Assert.Equal(3, window.Quantiles().P99!.Value, 0.01);
    }

    [Fact]
    public void CountsTheLastFiveWholeSeconds_WhenAskedForTheRate()
    {
        var rate = new RateWindow();
        for (int second = 0; second < 10; second++)
            for (int i = 0; i < 20; i++) rate.Add(Start.AddSeconds(second));
        Assert.Equal(20, rate.PerSecond(Start.AddSeconds(10)));
        Assert.Equal(8, rate.PerSecond(Start.AddSeconds(13)));
        Assert.Equal(0, rate.PerSecond(Start.AddSeconds(60)));
    }

    [Theory]
    [InlineData("transactions", "transactions:3:1842/0", true)]
    [InlineData("transactions", "transactions:3:1842", false)]
    [InlineData("transactions", "transactions:3/0", false)]
    [InlineData("transactions", "other:3:1842/0", false)]
    [InlineData("transactions", "transactions:x:1842/0", false)]
    [InlineData("transactions", "transactions:-3:1842/0", false)]
    [InlineData("", "tx-1", false)]
    [InlineData("/v1/transactions", "order/7", false)]
    public void ReadsTheInputsPosition_OnlyWhenTheRecordIsAnOutput(string source, string id, bool isOutput)
    {
        Assert.Equal(isOutput, OutputOrigin.TryParse(new LogRecord { Key = "k", Source = source, Id = id }, out var input));
        if (isOutput) Assert.Equal(new Position("transactions", 3, 1842), input);
    }
}
