using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Domain.Observability.Rules;
using OrleansStream.Domain.Observability.Series;
using OrleansStream.Domain.Observability.Services;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Domain.Tests.Observability;
using OrleansStream.Testing;
using static OrleansStream.Domain.Tests.Observability.SignalSamples;

namespace OrleansStream.Domain.Tests.Golden;

/// <summary>What stands in rows of services, in their histories, and in the topics of signals, minutes, alerts and rules.</summary>
public sealed class GoldenServiceTests
{
    private static readonly IServiceProvider Services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    [Fact]
    public void State()
    {
        var rules = Rules(
            new() { Id = "absent", Type = "absence", After = "1m" }, new() { Id = "odd", Type = "anomaly", Signal = "requests", Window = "10s" },
            new() { Id = "many", Type = "threshold", Signal = "requests", Op = ">", Threshold = 0.01, Labels = AlertFingerprint.NoLabels.Add("team", "pay") });
        var sample = Enumerable.Range(0, 200).SelectMany(i => new[] { Requests(i, 3, 1, 5 + (i % 90), "pod"), Gauge(i, "queue", i / 3.0), Logs(i, 2, 1) })
            .Append(Export(200) with { Counters = [new CounterPoint { Name = "jobs", Series = 5, Start = Ms(-5), Time = Ms(200), Value = 2.5 }] }).Apply(rules).State;
        var read = Check("service-state-1.bin", sample);
        Assert.Equal((600L, 600L, Ms(200) + 900), (read.Totals.Requests, read.Totals.Logs, read.Watermark));
        Assert.Equal(("pay", AlertStatus.Firing), (read.Alerts.Single().Labels["team"], read.Alerts.Single().Status));
        Assert.Equal(["queue"], read.Names.Select(n => n.Name));
        Assert.Equal(2.5, read.Series.Find(5)!.Value);
        Assert.Equal("odd", read.Trackers.Single().RuleId);
        Assert.True(read.CheckAt > 0);
        Assert.Equal(3, SignalWindow.Requests(read, Start + 150, 1).Total);
    }

    [Fact]
    public void ChangeOfAnAlert()
    {
        var sample = new AlertChange
        {
            Fingerprint = "0123456789abcdef", RuleId = "many", Service = Service, Status = AlertStatus.Resolved, Labels = AlertFingerprint.NoLabels.Add("alertname", "many").Add("service", Service),
            Annotations = AlertFingerprint.NoLabels.Add("summary", "x"), StartsAt = DateTimeOffset.FromUnixTimeSeconds(Start), EndsAt = DateTimeOffset.FromUnixTimeSeconds(Start + 5),
            UpdatedAt = DateTimeOffset.FromUnixTimeSeconds(Start + 5), Value = 0.25, Threshold = 0.125, GeneratorUrl = "http://here",
        };
        var read = Check("alert-change-1.bin", sample);
        Assert.Equal(sample with { Labels = read.Labels, Annotations = read.Annotations }, read);
        Assert.Equal(sample.Labels, read.Labels);
        var json = GoldenFile.AssertReadAndWritten("alert-change-json-1.bin", sample, bytes => AlertChangeJson.Read(bytes)!, AlertChangeJson.Write);
        Assert.Equal(sample with { Labels = json.Labels, Annotations = json.Annotations }, json);
    }

    [Fact]
    public void Signals()
    {
        var sample = Requests(1, 5, 2, 12.5, "pod-1", RequestSource.Metrics) with
        {
            DroppedLines = 3,
            DroppedSeries = 4,
            Logs = [new LogSecond { At = Start, Counts = [0, 1, 2, 3, 4, 5] }],
            Lines = [new LogLine { Time = Ms(1), Severity = LogSeverity.Error, Body = "no", TraceId = "0af7651916cd43dd8448eb211c80319c", SpanId = "b7ad6b7169203331", Attributes = new() { ["a"] = "b" } }],
            Masked = [new MaskedBody("no <*>", 9) { Severity = LogSeverity.Warn }],
            Gauges = [new GaugePoint { Name = "g", Series = 7, Time = Ms(1), Last = 0.5, Sum = 1.5, Count = 3, Min = 0.25, Max = 0.75 }],
            Counters = [new CounterPoint { Name = "c", Series = ulong.MaxValue, Start = Ms(0), Time = Ms(1), Value = 17, IsDelta = true }],
            Histograms =
            [
                new HistogramPoint { Name = "h", Series = 1, Start = Ms(0), Time = Ms(1), IsRequests = true, IsError = true, UnitMs = 1000, Count = 3, Sum = 0.5, Min = 0.1, Max = 0.3, Bounds = [0.2], Buckets = [2, 1] },
                new HistogramPoint { Name = "e", Series = 2, Time = Ms(1), IsDelta = true, Count = 2, Sum = 3, Buckets = [1, 1], Scale = -1, Offset = -3, ZeroCount = 1 },
            ],
        };
        var read = GoldenFile.AssertReadAndWritten("service-signals-1.bin", sample, bytes => ServiceSignalsJson.Read(bytes)!, ServiceSignalsJson.Write);
        Assert.Equal(("pod-1", 5L, RequestSource.Metrics, "b"), (read.Instance, read.Requests![0].Count, read.Requests[0].Source, read.Lines![0].Attributes!["a"]));
        Assert.Equal((ulong.MaxValue, -3, 1000.0), (read.Counters![0].Series, read.Histograms![1].Offset, read.Histograms[0].UnitMs));
    }

    [Fact]
    public void MinuteThatClosed()
    {
        var sample = new[] { Requests(1, 5, 2), Gauge(2, "cpu", 0.5), Logs(3, 4, 1), Requests(200, 1) }.Apply().Minutes.Single();
        var read = GoldenFile.AssertReadAndWritten("service-minute-1.bin", sample, bytes => ClosedMinuteJson.Read(bytes)!, ClosedMinuteJson.Write);
        Assert.Equal((5L, 2L, 5L, 1L, 0.5), (read.Requests, read.Errors, read.Logs, read.LogErrors, read.Gauges!["cpu"]));
        Assert.Equal([(1, 5L), (3, 0L)], read.Cells.Select(c => (c.Second, c.Requests)));
    }

    [Fact]
    public void RulesThatAreBuiltIn() =>
        GoldenFile.AssertReadAndWritten("alert-rules-1.bin", AlertRuleSet.Default, bytes => AlertRulesJson.Read(bytes).Rules!, AlertRulesJson.Write);

    private static T Check<T>(string name, T sample)
    {
        var serializer = Services.GetRequiredService<Serializer<T>>();
        return GoldenFile.AssertReadAndWritten(name, sample, bytes => serializer.Deserialize(bytes)!, serializer.SerializeToArray);
    }
}
