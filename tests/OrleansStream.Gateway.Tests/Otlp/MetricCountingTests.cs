using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Gateway.Otlp;
using OrleansStream.Gateway.Otlp.Aggregation;
using OrleansStream.Otlp.Protocol;
using static OrleansStream.Gateway.Tests.Otlp.Otlp;

namespace OrleansStream.Gateway.Tests.Otlp;

public sealed class MetricCountingTests
{
    private readonly ExportDraft _draft = new(new OtlpOptions(), TimeMs, TimeMs + 300_000);

    [Fact]
    public void IsTheWorkOfAllModes_WhenAProcessTellsItsCpu()
    {
        var signals = Count(Gauge("process.cpu.utilization", Point(0.25, Time, Text("cpu.mode", "user")), Point(0.15, Time, Text("cpu.mode", "system")), Point(0.6, Time, Text("cpu.mode", "wait"))));
        Assert.Equal(0.4, GaugeOf(signals, WellKnownMetrics.Cpu).Last, 9);
    }

    [Fact]
    public void IsTheAverageOfCpus_WhenAHostTellsByCpuAndState()
    {
        var points = new List<NumberDataPoint>();
        foreach (string cpu in new[] { "0", "1" })
        {
            points.Add(Point(0.5, Time, Text("cpu", cpu), Text("state", "user")));
            points.Add(Point(cpu == "0" ? 0.1 : 0.3, Time, Text("cpu", cpu), Text("state", "system")));
            points.Add(Point(0.4, Time, Text("cpu", cpu), Text("state", "idle")));
        }
        Assert.Equal(0.7, GaugeOf(Count(Gauge("system.cpu.utilization", [.. points])), WellKnownMetrics.Cpu).Last, 9);
    }

    [Fact]
    public void IsWhatIsNotIdle_WhenOnlyIdleIsSaid() =>
        Assert.Equal(0.2, GaugeOf(Count(Gauge("system.cpu.utilization", Point(0.8, Time, Text("state", "idle")))), WellKnownMetrics.Cpu).Last, 9);

    [Fact]
    public void IsTheTimeOfAllModesByProcessor_WhenOnlyCountersTellTheCpu()
    {
        var time = Sum("dotnet.process.cpu.time", monotonic: true, AggregationTemporality.Cumulative, Point(6, Time, Text("cpu.mode", "user")), Point(2, Time, Text("cpu.mode", "system")));
        var count = Sum("dotnet.process.cpu.count", monotonic: false, AggregationTemporality.Cumulative, Point(4));
        var counters = Count(time, count).Counters!;
        Assert.Equal([6d, 2d], counters.Where(c => c.Name == "dotnet.process.cpu.time").Select(c => c.Value));
        Assert.Equal(2, Assert.Single(counters, c => c.Name == WellKnownMetrics.CpuTime).Value);
    }

    [Fact]
    public void IsTheUtilisation_WhenCountersTellTheCpuToo()
    {
        var signals = Count(Sum("process.cpu.time", monotonic: true, AggregationTemporality.Cumulative, Point(6, Time, Text("cpu.mode", "user"))), Gauge("process.cpu.utilization", Point(0.25)));
        Assert.DoesNotContain(signals.Counters!, c => c.Name == WellKnownMetrics.CpuTime);
        Assert.Equal(0.25, GaugeOf(signals, WellKnownMetrics.Cpu).Last);
    }

    [Fact]
    public void IsTheProcess_WhenProcessAndHostTell()
    {
        var signals = Count(Gauge("system.cpu.utilization", Point(0.9)), Gauge("process.cpu.utilization", Point(0.1)));
        Assert.Equal(0.1, GaugeOf(signals, WellKnownMetrics.Cpu).Last);
        Assert.Equal(0.9, GaugeOf(signals, "system.cpu.utilization").Last);
    }

    [Fact]
    public void IsTheSumOfPools_WhenMemoryIsASumThatMayFall()
    {
        var signals = Count(Sum("jvm.memory.used", monotonic: false, AggregationTemporality.Cumulative, Point(100, Time, Text("jvm.memory.pool.name", "eden")), Point(50, Time, Text("jvm.memory.pool.name", "old"))));
        Assert.Equal(150, GaugeOf(signals, WellKnownMetrics.Memory).Last);
    }

    [Theory]
    [InlineData(AggregationTemporality.Cumulative, false)]
    [InlineData(AggregationTemporality.Delta, true)]
    public void GoesOnAsItCame_WhenASumIsMonotonic(AggregationTemporality temporality, bool delta)
    {
        var point = Point(42, Time, Text("a", "b"));
        point.StartTimeUnixNano = Time - 60_000_000_000;
        var counter = Assert.Single(Count(Sum("jobs.done", monotonic: true, temporality, point)).Counters!);
        Assert.Equal(("jobs.done", 42d, delta, TimeMs - 60_000, TimeMs), (counter.Name, counter.Value, counter.IsDelta, counter.Start, counter.Time));
    }

    [Fact]
    public void IsAnotherSeries_WhenInstanceNameOrAttributesDiffer()
    {
        var request = Metrics("a", Sum("n", true, AggregationTemporality.Cumulative, Point(1, Time, Text("k", "1"), Text("l", "2")), Point(1, Time, Text("l", "2"), Text("k", "1")), Point(1, Time, Text("k", "2"), Text("l", "1"))));
        request.ResourceMetrics.Add(new ResourceMetrics(request.ResourceMetrics[0]) { Resource = Resource("a", "i-2") });
        MetricCounting.Count(request, _draft);
        ulong[] series = [.. _draft.Cut().SelectMany(s => s.Counters!).Select(c => c.Series)];
        Assert.Equal(series[0], series[1]);
        Assert.Equal(4, series.Distinct().Count());
    }

    [Theory]
    [InlineData("http.server.request.duration", "s", 1000)]
    [InlineData("http.server.duration", "ms", 1)]
    [InlineData("http.server.request.duration", "", 1000)]
    public void CountsRequests_WhenAHistogramTimesThem(string name, string unit, double unitMs)
    {
        var metric = new Metric { Name = name, Unit = unit, Histogram = new Histogram { AggregationTemporality = AggregationTemporality.Cumulative } };
        metric.Histogram.DataPoints.Add(Explicit(Number("http.response.status_code", 200)));
        metric.Histogram.DataPoints.Add(Explicit(Number("http.status_code", 500)));
        metric.Histogram.DataPoints.Add(Explicit(Text("error.type", "timeout")));
        var histograms = Count(metric).Histograms!;
        Assert.Equal([false, true, true], histograms.Select(h => h.IsError));
        Assert.All(histograms, h => Assert.Equal((true, unitMs, 3L), (h.IsRequests, h.UnitMs, h.Count)));
        Assert.Equal([0.1, 1], histograms[0].Bounds!);
        Assert.Equal([1, 2, 0], histograms[0].Buckets);
    }

    [Fact]
    public void KeepsCountAndSum_WhenBucketsDoNotFitTheirBounds()
    {
        var metric = new Metric { Name = "h", Histogram = new Histogram { AggregationTemporality = AggregationTemporality.Delta } };
        metric.Histogram.DataPoints.Add(new HistogramDataPoint { TimeUnixNano = Time, Count = 3, Sum = 3, BucketCounts = { 1, 1, 1 }, ExplicitBounds = { 1 } });
        var histogram = Assert.Single(Count(metric).Histograms!);
        Assert.Equal((3L, 3d, 1), (histogram.Count, histogram.Sum, histogram.Buckets.Length));
        Assert.Empty(histogram.Bounds!);
    }

    [Fact]
    public void KeepsScaleAndOffset_WhenAHistogramIsExponential()
    {
        var metric = new Metric { Name = "e", ExponentialHistogram = new ExponentialHistogram { AggregationTemporality = AggregationTemporality.Cumulative } };
        metric.ExponentialHistogram.DataPoints.Add(new ExponentialHistogramDataPoint
        {
            TimeUnixNano = Time, Count = 4, Sum = 10, Scale = 3, ZeroCount = 1, Positive = new() { Offset = -2, BucketCounts = { 0, 3 } },
        });
        var histogram = Assert.Single(Count(metric).Histograms!);
        Assert.Null(histogram.Bounds);
        Assert.Equal((3, -2, 1L, 4L), (histogram.Scale, histogram.Offset, histogram.ZeroCount, histogram.Count));
        Assert.Equal([0, 3], histogram.Buckets);
    }

    [Fact]
    public void IsACounterAndGauges_WhenASummaryComes()
    {
        var metric = new Metric { Name = "s", Summary = new Summary() };
        metric.Summary.DataPoints.Add(new SummaryDataPoint { TimeUnixNano = Time, Count = 7, Sum = 1, QuantileValues = { new SummaryDataPoint.Types.ValueAtQuantile { Quantile = 0.99, Value = 5 } } });
        var signals = Count(metric);
        Assert.Equal(7, Assert.Single(signals.Counters!).Value);
        Assert.Equal(5, GaugeOf(signals, "s.p99").Last);
    }

    [Fact]
    public void CountsOnce_WhenACounterAndAHistogramTellOfRequests()
    {
        var histogram = new Metric { Name = "http.server.request.duration", Unit = "s", Histogram = new Histogram { AggregationTemporality = AggregationTemporality.Cumulative, DataPoints = { Explicit() } } };
        var counter = Sum("http_requests_total", true, AggregationTemporality.Cumulative, Point(5, Time, Text("code", "500")));
        Assert.Equal([WellKnownMetrics.Requests, WellKnownMetrics.Errors], Count(counter).Counters!.Select(c => c.Name));
        var draft = new ExportDraft(new OtlpOptions(), TimeMs, TimeMs);
        MetricCounting.Count(Metrics("a", histogram, counter), draft);
        Assert.Null(Assert.Single(draft.Cut()).Counters);
    }

    [Fact]
    public void RejectsPointByPoint_WhenSomeAreBad()
    {
        var ended = Point(0);
        ended.Flags = 1;
        var request = Metrics("a", Gauge("g", Point(1), Point(2, 0), Point(double.NaN), new NumberDataPoint { TimeUnixNano = Time }, Point(3, Time + 301_000_000_000), ended),
            Sum("c", true, AggregationTemporality.Unspecified, Point(1)), Gauge("", Point(1)));
        MetricCounting.Count(request, _draft);
        Assert.Equal((6L, 2L), (_draft.Rejections.Count, _draft.Taken));
        Assert.Equal(1, Assert.Single(Assert.Single(_draft.Cut()).Gauges!).Last);
    }

    [Fact]
    public void CountsWhatItDrops_WhenAServiceHasTooManySeries()
    {
        var draft = new ExportDraft(new OtlpOptions { MaxSeries = 3 }, TimeMs, TimeMs);
        MetricCounting.Count(Metrics("a", Gauge("g", [.. Enumerable.Range(0, 10).Select(i => Point(i, Time, Number("user", i)))])), draft);
        var signals = Assert.Single(draft.Cut());
        Assert.Equal((3, 7L, 7L), (signals.Gauges!.Length, signals.DroppedSeries, draft.Rejections.Count));
    }

    private static HistogramDataPoint Explicit(params KeyValue[] attributes) => new()
    {
        TimeUnixNano = Time, Count = 3, Sum = 1.2, BucketCounts = { 1, 2, 0 }, ExplicitBounds = { 0.1, 1 }, Attributes = { attributes },
    };

    private static GaugePoint GaugeOf(ServiceSignals signals, string name) => Assert.Single(signals.Gauges!, g => g.Name == name);

    private ServiceSignals Count(params Metric[] metrics)
    {
        MetricCounting.Count(Metrics("a", metrics), _draft);
        Assert.Equal(0, _draft.Rejections.Count);
        return Assert.Single(_draft.Cut());
    }
}
