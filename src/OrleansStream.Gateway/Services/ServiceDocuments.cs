using System.Text.Json.Serialization;
using OrleansStream.Domain.Observability.Services;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Domain.Observability.Templates;
using OrleansStream.Grains.Services;

namespace OrleansStream.Gateway.Services;

/// <summary>A service in the list; rates per second over the last minute in which it was heard.</summary>
/// <param name="Name"><c>service.name</c>.</param>
/// <param name="RequestRate">Requests per second.</param>
/// <param name="ErrorRate">Share of what fails, 0 to 1: of requests or of log records, whichever is higher.</param>
/// <param name="LogRate">Log records per second.</param>
/// <param name="RequestErrorRatio">Failed requests, of all.</param>
/// <param name="LogErrorRatio">Log records of severity error and fatal, of all.</param>
/// <param name="Cpu">0 to 1; null when it is not told.</param>
/// <param name="MemoryBytes">Null when it is not told.</param>
/// <param name="FiringAlerts">How many fire.</param>
/// <param name="Requests">All it ever told.</param>
/// <param name="Errors">Of these, failed ones.</param>
/// <param name="Logs">All log records.</param>
/// <param name="LogErrors">Of these, errors.</param>
/// <param name="LastSeen">When it was heard last.</param>
internal sealed record ServiceItem(
    string Name, double RequestRate, double ErrorRate, double LogRate, double RequestErrorRatio, double LogErrorRatio, double? Cpu, double? MemoryBytes, int FiringAlerts,
    long Requests, long Errors, long Logs, long LogErrors, DateTimeOffset LastSeen)
{
    public static ServiceItem Of(ServiceSummary s) => new(
        s.Service, s.RequestsPerSecond, Math.Max(s.ErrorRatio, s.LogErrorRatio), s.LogsPerSecond, s.ErrorRatio, s.LogErrorRatio, s.Cpu, s.MemoryBytes, s.FiringAlerts,
        s.Requests, s.Errors, s.Logs, s.LogErrors, s.LastSeen);
}

/// <summary>One page of services.</summary>
/// <param name="Items">In the order asked for.</param>
/// <param name="Next">Goes into <c>cursor</c> for the next page; null on the last.</param>
internal sealed record ServicePage(IReadOnlyList<ServiceItem> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

/// <summary>All that is known of a service.</summary>
/// <param name="Name"><c>service.name</c>.</param>
/// <param name="Time">Newest time of anything it said.</param>
/// <param name="RequestRate">Requests per second, of the last minute of its time.</param>
/// <param name="ErrorRate">Share of what fails, 0 to 1: of requests or of log records, whichever is higher.</param>
/// <param name="RequestErrorRatio">Failed requests, of all.</param>
/// <param name="LogRate">Log records per second.</param>
/// <param name="LogErrorRatio">Log records of severity error and fatal, of all.</param>
/// <param name="LatencyMs">Quantiles; null without requests that tell it.</param>
/// <param name="Cpu">0 to 1; null when it is not told.</param>
/// <param name="MemoryBytes">Null when it is not told.</param>
/// <param name="RequestSource"><c>spans|metrics|access-log</c>: which way of telling requests counts.</param>
/// <param name="Metrics">Gauges and counters.</param>
/// <param name="Alerts">Pending and firing.</param>
/// <param name="Totals">All it ever said, and what found no place: <c>droppedSeries</c> and <c>droppedLines</c> are beyond its bounds.</param>
/// <param name="Seconds">15 minutes, oldest first; seconds without anything are left out.</param>
/// <param name="Minutes">24 hours, oldest first; minutes without anything are left out.</param>
/// <param name="Templates">Of log lines, most used first.</param>
/// <param name="ForgottenTemplateLines">Log lines of templates that had to make room.</param>
/// <param name="AppliedPosition">The last position that this contains.</param>
internal sealed record ServiceDocument(
    string Name, DateTimeOffset Time, double RequestRate, double ErrorRate, double RequestErrorRatio, double LogRate, double LogErrorRatio, QuantilesView? LatencyMs, double? Cpu, double? MemoryBytes,
    string RequestSource, IReadOnlyList<MetricView> Metrics, IReadOnlyList<ActiveAlertView> Alerts, ServiceTotals Totals, IReadOnlyList<ServiceSecond> Seconds, IReadOnlyList<ServiceMinute> Minutes,
    IReadOnlyList<TemplateView> Templates, long ForgottenTemplateLines, string AppliedPosition)
{
    public static ServiceDocument Of(ServiceDetail detail)
    {
        var now = detail.Now;
        double logErrors = now.LogsPerSecond > 0 ? Math.Round(now.LogErrorsPerSecond / now.LogsPerSecond, 6) : 0;
        return new ServiceDocument(
            now.Service, now.Time, now.RequestsPerSecond, Math.Max(now.ErrorRatio, logErrors), now.ErrorRatio, now.LogsPerSecond, logErrors, now.LatencyMs, now.Cpu, now.MemoryBytes,
            now.RequestSource, now.Metrics, now.Alerts, now.Totals, [.. detail.Seconds.Select(ServiceSecond.Of)], [.. detail.Minutes.Select(ServiceMinute.Of)],
            [.. detail.Templates.Select(TemplateView.Of)], detail.ForgottenTemplateLines, now.AppliedPosition);
    }
}

/// <summary>One second.</summary>
internal sealed record ServiceSecond(DateTimeOffset Time, long Requests, long Errors, long Logs, long LogErrors, double? LatencyMeanMs, double? LatencyMaxMs)
{
    public static ServiceSecond Of(SecondView s) => new(DateTimeOffset.FromUnixTimeSeconds(s.At), s.Requests, s.Errors, s.Logs, s.LogErrors, s.LatencyMeanMs, s.LatencyMaxMs);
}

/// <summary>One minute: log records by severity from trace to fatal, HTTP answers from 1xx to 5xx.</summary>
internal sealed record ServiceMinute(
    DateTimeOffset Time, long Requests, long Errors, long Logs, long LogErrors, IReadOnlyList<long>? Severities, IReadOnlyList<long>? Status, double? LatencyMeanMs, double? LatencyMaxMs,
    QuantilesView? LatencyMs, IReadOnlyDictionary<string, double>? Gauges, IReadOnlyDictionary<string, double>? Counters)
{
    public static ServiceMinute Of(MinuteView m) => new(
        DateTimeOffset.FromUnixTimeSeconds(m.At), m.Requests, m.Errors, m.Logs, m.LogErrors, m.Severities, m.Status, m.LatencyMeanMs, m.LatencyMaxMs, m.LatencyMs, m.Gauges, m.Counters);
}

/// <summary>A log template.</summary>
/// <param name="Template">The text, with <c>&lt;*&gt;</c> where lines differ.</param>
/// <param name="Count">Lines.</param>
/// <param name="Severity">The severest of these.</param>
internal sealed record TemplateView(string Template, long Count, string Severity)
{
    public static TemplateView Of(LogTemplate template) => new(template.Text, template.Count, SeverityName.Of(template.Severity));
}

/// <summary>Severities by their names.</summary>
internal static class SeverityName
{
    public static readonly IReadOnlyList<string> All = ["trace", "debug", "info", "warn", "error", "fatal"];

    public static string Of(LogSeverity severity) => All[(int)severity];

    /// <summary>Null for a text that is no severity.</summary>
    public static LogSeverity? Parse(string text)
    {
        for (int i = 0; i < All.Count; i++)
            if (All[i].Equals(text, StringComparison.OrdinalIgnoreCase)) return (LogSeverity)i;
        return null;
    }
}
