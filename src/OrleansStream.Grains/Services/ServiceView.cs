using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Domain.Observability.Rules;
using OrleansStream.Domain.Observability.Series;
using OrleansStream.Domain.Observability.Services;
using OrleansStream.Domain.Observability.Signals;

namespace OrleansStream.Grains.Services;

/// <summary>What is known of a service: rates over the last minute of its time, quantiles over the minutes that this touches.</summary>
/// <param name="Service">Its name.</param>
/// <param name="Time">Newest event time that counts.</param>
/// <param name="RequestsPerSecond">Of the last minute.</param>
/// <param name="ErrorsPerSecond">Failed requests.</param>
/// <param name="ErrorRatio">Of the requests, failed ones; 0 without requests.</param>
/// <param name="LogsPerSecond">Log records.</param>
/// <param name="LogErrorsPerSecond">Those of severity error and fatal.</param>
/// <param name="LatencyMs">Null without requests that tell it.</param>
/// <param name="Cpu">0 to 1; null when it is not told.</param>
/// <param name="MemoryBytes">Null when it is not told.</param>
/// <param name="RequestSource">Which of several ways of telling requests counts.</param>
/// <param name="Metrics">Gauges and counters.</param>
/// <param name="Alerts">Pending and firing.</param>
/// <param name="Totals">All it ever said, and what found no place.</param>
/// <param name="OpenMinutes">With their seconds: newer than what history has.</param>
/// <param name="AppliedPosition">The last position that this contains.</param>
public sealed record ServiceView(
    string Service, DateTimeOffset Time, double RequestsPerSecond, double ErrorsPerSecond, double ErrorRatio, double LogsPerSecond, double LogErrorsPerSecond, QuantilesView? LatencyMs,
    double? Cpu, double? MemoryBytes, string RequestSource, IReadOnlyList<MetricView> Metrics, IReadOnlyList<ActiveAlertView> Alerts, ServiceTotals Totals,
    IReadOnlyList<ClosedMinute> OpenMinutes, string AppliedPosition)
{
    private const long WindowSeconds = 60;

    public static ServiceView Of(string service, ServiceState state, string appliedPosition)
    {
        long end = state.Watermark / 1000;
        RateCount requests = SignalWindow.Requests(state, end, WindowSeconds), logs = SignalWindow.Logs(state, end, WindowSeconds);
        return new ServiceView(
            service, TimeOf(state.Watermark), PerSecond(requests.Total), PerSecond(requests.Bad), Math.Round(requests.Ratio, 6), PerSecond(logs.Total), PerSecond(logs.Bad),
            QuantilesView.Of(SignalWindow.Latency(state, end, WindowSeconds)), Value(state, SignalKind.Cpu, end), Value(state, SignalKind.Memory, end), SourceName(state.Source),
            [.. state.Names.Select(n => new MetricView(n.Name, n.IsCounter ? "counter" : "gauge", n.Last, TimeOf(n.Time)))],
            [.. state.Alerts.Select(a => new ActiveAlertView(a.RuleId, a.Status == AlertStatus.Firing ? "firing" : "pending", AlertFingerprint.Of(a.Labels), a.Labels, TimeOf(a.Since), a.ToldValue, a.Threshold))],
            state.Totals, [.. state.Minutes.Where(m => !m.IsClosed).Select(m => ClosedMinute.Of(service, m, state.Names))], appliedPosition);
    }

    private static double? Value(ServiceState state, SignalKind kind, long end) => SignalWindow.Value(state, new AlertSignal(kind), end, WindowSeconds);

    private static double PerSecond(long count) => Math.Round(count / (double)WindowSeconds, 3);

    private static string SourceName(RequestSource source) => source switch { Domain.Observability.Signals.RequestSource.Spans => "spans", Domain.Observability.Signals.RequestSource.Metrics => "metrics", _ => "access-log" };

    private static DateTimeOffset TimeOf(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(ms, 0, 253_402_300_799_999));
}

/// <summary>Milliseconds; each within 2 % of a latency that was there.</summary>
public sealed record QuantilesView(double P50, double P90, double P95, double P99)
{
    public static QuantilesView? Of(Domain.Observability.Sketches.LatencySketch sketch) => sketch.Quantile(0.5) is { } median
        ? new(Round(median), Round(sketch.Quantile(0.9)!.Value), Round(sketch.Quantile(0.95)!.Value), Round(sketch.Quantile(0.99)!.Value))
        : null;

    private static double Round(double ms) => Math.Round(ms, 3);
}

/// <param name="Name">As the exporter calls it.</param>
/// <param name="Kind"><c>gauge|counter</c>.</param>
/// <param name="Last">Newest value; of a counter its growth per second.</param>
/// <param name="Time">Of the newest.</param>
public sealed record MetricView(string Name, string Kind, double Last, DateTimeOffset Time);

/// <summary>An alert that is pending or firing.</summary>
public sealed record ActiveAlertView(
    string RuleId, string Status, string Fingerprint, IReadOnlyDictionary<string, string> Labels, DateTimeOffset Since, double Value, double Threshold);

/// <summary>Views as JSON, between the grain and whoever adds history to it.</summary>
public static class ServiceViewJson
{
    public static byte[] Write(ServiceView view) => JsonSerializer.SerializeToUtf8Bytes(view, ServiceJson.Default.ServiceView);

    public static ServiceView? Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, ServiceJson.Default.ServiceView);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ServiceView))]
[JsonSerializable(typeof(ServiceDetail))]
internal sealed partial class ServiceJson : JsonSerializerContext;
