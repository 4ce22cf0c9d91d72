using OrleansStream.Domain.Observability.Metrics;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Domain.Observability.Sketches;
using static OrleansStream.Domain.Tests.Observability.SignalSamples;

namespace OrleansStream.Domain.Tests.Observability;

public sealed class CounterTests
{
    private static readonly FormerPoint Former = new(1, Start: 100, Time: 1_000, Value: 50, Count: 0, []);

    [Theory]
    [InlineData(100, 2_000, 70, PointNews.Adds, 20, 1_000, false)] // grows
    [InlineData(100, 2_000, 50, PointNews.Adds, 0, 1_000, false)] // stands
    [InlineData(0, 2_000, 7, PointNews.Adds, 7, 1_000, true)] // smaller: began anew, nobody said when
    [InlineData(1_500, 2_000, 80, PointNews.Adds, 80, 1_500, true)] // another start, though it is larger
    [InlineData(100, 1_000, 50, PointNews.Duplicate, 0, 0, false)]
    [InlineData(100, 900, 45, PointNews.OutOfOrder, 0, 0, false)]
    [InlineData(50, 2_000, 60, PointNews.OutOfOrder, 0, 0, false)] // of the process before
    [InlineData(100, 2_000, -1, PointNews.Invalid, 0, 0, false)]
    [InlineData(100, 2_000, double.NaN, PointNews.Invalid, 0, 0, false)]
    [InlineData(100, 2_000, double.PositiveInfinity, PointNews.Invalid, 0, 0, false)]
    public void CumulativePoints(long start, long time, double value, PointNews news, double grown, long since, bool isReset) =>
        Assert.Equal(new PointGrowth(news, grown, 0, since, isReset), CounterReading.Read(Former, start, time, value, 0, false, 0));

    [Theory]
    [InlineData(1_000, 2_000, 5, PointNews.Adds, 5, 1_000)]
    [InlineData(0, 2_000, 5, PointNews.Adds, 5, 1_000)] // no start: since the point before
    [InlineData(500, 900, 5, PointNews.Adds, 5, 500)] // late: adds what it says
    [InlineData(100, 1_000, 50, PointNews.Duplicate, 0, 0)]
    public void DeltaPoints(long start, long time, double value, PointNews news, double grown, long since) =>
        Assert.Equal(new PointGrowth(news, grown, 0, since, false), CounterReading.Read(Former, start, time, value, 0, true, 0));

    [Fact]
    public void FirstPointTellsNothing_UnlessTheSeriesIsKnownToBeNew()
    {
        Assert.Equal(PointNews.First, CounterReading.Read(null, 100, 1_000, 50, 0, false, 0).News);
        Assert.Equal(new PointGrowth(PointNews.Adds, 50, 0, 900, false), CounterReading.Read(null, 100, 1_000, 50, 0, false, watchedSince: 900));
    }

    [Fact]
    public void RequestsAreTheDifferences_WhenACumulativeCounterIsResetRepeatedAndLate()
    {
        var run = new[] { Counter(10, 100), Counter(20, 130), Counter(20, 130), Counter(15, 110), Counter(30, 5, start: 25), Counter(40, 12, start: 25) }.Apply();
        Assert.Equal(30 + 5 + 7, run.State.Totals.Requests);
        Assert.Equal((1L, 1L, 1L), (run.State.Totals.Duplicates, run.State.Totals.OutOfOrder, run.State.Totals.Resets));
        // 30 within the seconds 11 to 20, evenly.
        Assert.All(run.Seconds().Where(s => s.Key is > 10 and <= 20), s => Assert.Equal(3, s.Value.Requests));
    }

    [Fact]
    public void ProcessorTimeIsCpu_ByWhatItGrowsInASecond()
    {
        ServiceSignals Time(long second, double value) =>
            Export(second) with { Counters = [new CounterPoint { Name = WellKnownMetrics.CpuTime, Series = 9, Start = Ms(0), Time = Ms(second), Value = value }] };
        var run = new[] { Time(10, 100), Time(20, 102.5), Time(30, 107.5) }.Apply();
        var cpu = Assert.Single(run.State.Names, n => n.Name == WellKnownMetrics.Cpu);
        Assert.Equal((false, 0.5), (cpu.IsCounter, cpu.Last));
        Assert.DoesNotContain(run.State.Names, n => n.Name == WellKnownMetrics.CpuTime);
    }

    [Fact]
    public void AFirstErrorSeriesCountsInFull_WhenTheInstanceWasHeardBefore()
    {
        var run = new[]
        {
            Histogram(10, 1, 1000, false), Histogram(20, 1, 1100, false),
            // The process has run for long, but it never had an error: its series of errors begins with what happened since the last export.
            Histogram(30, 1, 1150, false) with { Histograms = [Point(30, 1, 1150, false), Point(30, 2, 40, true)] },
        }.Apply();
        Assert.Equal((100 + 50 + 40, 40L), (run.State.Totals.Requests, run.State.Totals.RequestErrors));
    }

    [Fact]
    public void ExplicitHistogramsBecomeSketches_WithinTheirBuckets()
    {
        var point = new HistogramPoint { Name = "d", UnitMs = 1000, IsDelta = true, Bounds = [0.1, 0.2, 0.5], Buckets = [0, 100, 0, 0], Count = 100, Sum = 15 };
        var sketch = HistogramBuckets.ToSketch(point, point.Buckets, 0);
        Assert.Equal(100, sketch.Count);
        Assert.InRange(sketch.Quantile(0.01)!.Value, 98, 130);
        Assert.InRange(sketch.Quantile(0.99)!.Value, 170, 204);
    }

    [Fact]
    public void ExponentialHistogramsBecomeSketches_WithinTheWidthOfTheirBuckets()
    {
        // Scale 3: buckets 9 % wide. Bucket 40 holds (32, 34.9].
        var point = new HistogramPoint { Name = "d", Scale = 3, Offset = 40, Buckets = [7, 0, 3], Count = 12, ZeroCount = 2 };
        var sketch = HistogramBuckets.ToSketch(point, point.Buckets, point.ZeroCount);
        Assert.Equal(12, sketch.Count);
        Assert.InRange(sketch.Quantile(0.5)!.Value, 31, 36);
        Assert.Equal(LatencySketch.LowestMs, sketch.Quantile(0.0));
    }

    [Fact]
    public void GrowthIsFound_WhenAnExponentialHistogramBecameCoarser()
    {
        var former = new FormerPoint(1, 0, 0, 0, 10, [1, 2, 3, 4]) { Scale = 3, Offset = 8 };
        var point = new HistogramPoint { Name = "d", Scale = 2, Offset = 4, Buckets = [5, 7], Count = 12 };
        // Former buckets 8 and 9 are today's 4, 10 and 11 are 5.
        Assert.Equal([2, 0], HistogramBuckets.Growth(former, point, false));
    }

    [Fact]
    public void FewBucketsAreKept_WhenAnExponentialHistogramHasMany()
    {
        var point = new HistogramPoint { Name = "d", Scale = 5, Offset = -7, Buckets = [.. Enumerable.Repeat(1L, 160)] };
        var (buckets, scale, offset) = HistogramBuckets.Kept(point);
        Assert.InRange(buckets.Length, 20, HistogramBuckets.MaxKept);
        Assert.Equal(160, buckets.Sum());
        Assert.Equal(2, scale);
        Assert.Equal(-1, offset);
    }

    private static ServiceSignals Counter(long second, double value, long start = -100) =>
        Export(second) with { Counters = [new CounterPoint { Name = WellKnownMetrics.Requests, Series = 7, Start = Ms(start), Time = Ms(second), Value = value }] };

    private static ServiceSignals Histogram(long second, ulong series, long count, bool isError) => Export(second) with { Histograms = [Point(second, series, count, isError)] };

    private static HistogramPoint Point(long second, ulong series, long count, bool isError) => new()
    {
        Name = "http.server.request.duration", Series = series, Start = Ms(-1000), Time = Ms(second), IsRequests = true, IsError = isError, UnitMs = 1000, Count = count, Sum = count * 0.02,
        Bounds = [0.01, 0.05], Buckets = [0, count, 0],
    };
}
