using OrleansStream.Domain.Observability.Anomalies;

namespace OrleansStream.Domain.Tests.Observability;

public sealed class AnomalyDetectorTests
{
    private const int Every = 300;

    [Fact]
    public void FlatLinesAreNeverAnomalous() => Assert.Empty(Detect(Enumerable.Repeat(42.0, 5000)));

    [Fact]
    public void NoiseIsRarelyAnomalous()
    {
        int alarms = Enumerable.Range(1, 10).Sum(seed => Detect(Noise(seed, 4000)).Count);
        Assert.InRange(alarms, 0, 80);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void ASpikeIsFoundAtOnce(int seed)
    {
        var series = Noise(seed, 4000);
        series[3000] += 15;
        Assert.Contains(3000, Detect(series));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AShiftOfTheLevelIsFound_WithinSomePoints(int seed)
    {
        var series = Noise(seed, 4000);
        for (int i = 3000; i < 4000; i++) series[i] += 6;
        Assert.Contains(Detect(series), d => d is >= 3000 and < 3020);
    }

    [Fact]
    public void AChangeOfTheVarianceIsFound()
    {
        var series = Noise(5, 4000);
        for (int i = 3000; i < 3200; i++) series[i] *= 6;
        Assert.Contains(Detect(series), d => d is >= 3000 and < 3030);
    }

    [Fact]
    public void ADayWithoutItsPeakIsFound_ThoughItsValuesAreUsual()
    {
        // Two weeks of days: quiet, and eight busy hours. On the last day nobody comes.
        double[] series = [.. Noise(7, 14 * 288).Select((v, i) => v + (i % 288 is >= 108 and < 204 && i / 288 != 13 ? 80 : 20))];
        Assert.Contains(Detect(series), d => d is >= (13 * 288) + 100 and < (13 * 288) + 204);
    }

    [Fact]
    public void AnAnomalyIsToldOnce_HoweverLongItTakes()
    {
        var series = Noise(9, 4000);
        for (int i = 3000; i < 3100; i++) series[i] += 30;
        Assert.InRange(Detect(series).Count(d => d is >= 3000 and < 3100), 1, 2);
    }

    [Fact]
    public void ScaleMakesNoDifference()
    {
        var series = Noise(3, 3000);
        series[2500] += 20;
        Assert.Equal(Detect(series), Detect(series.Select(v => (v * 1e6) + 0)));
    }

    [Fact]
    public void GoesOnAsBefore_WhenPackedAndRead()
    {
        double[] series = [.. Noise(13, 3000).Select((v, i) => v + (10 * Math.Sin(i / 45.0)))];
        series[2000] += 40;
        var (whole, packed, same) = (new AnomalyDetector(), new AnomalyDetector(), 0);
        for (int i = 0; i < series.Length; i++)
        {
            var (a, b) = (whole.Observe((long)i * Every, series[i]), packed.Observe((long)i * Every, series[i]));
            Assert.Equal(a.IsAnomaly, b.IsAnomaly);
            // Of two predictors that are as good as each other rounding may choose.
            if (Math.Abs(a.Expected - b.Expected) < 1e-3) same++;
            if (i % 10 == 0) packed = AnomalyDetector.Unpack(packed.Pack());
        }
        Assert.InRange(same, series.Length * 98 / 100, series.Length);
        Assert.InRange(packed.Pack().Length, 100, 400);
    }

    [Fact]
    public void LearnsNothingFromTheFuture()
    {
        var series = Noise(17, 3000);
        series[1500] += 30;
        var found = Detect(series.Take(2000));
        Assert.Equal(found, Detect(series).Where(d => d < 2000));
    }

    private static List<int> Detect(IEnumerable<double> series)
    {
        var detector = new AnomalyDetector();
        return [.. series.Select((v, i) => (i, detector.Observe((long)i * Every, v).IsAnomaly)).Where(d => d.IsAnomaly).Select(d => d.i)];
    }

    private static double[] Noise(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
    }
}
