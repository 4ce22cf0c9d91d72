using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Otlp.AccessLogs;
using OrleansStream.Otlp.Protocol;

namespace OrleansStream.Gateway.Otlp.Aggregation;

/// <summary>Log records by second and severity; one that stands in an access log, as attributes or as a line in its body, is a request as well.</summary>
internal static class LogCounting
{
    private const int TraceIdBytes = 16;
    private const int SpanIdBytes = 8;
    private const int LongestAttribute = 128;

    public static void Count(ExportLogsServiceRequest request, ExportDraft draft)
    {
        foreach (var resource in request.ResourceLogs)
        {
            var service = draft.Service(resource.Resource, request.ResourceLogs.Count, out string reason);
            foreach (var scope in resource.ScopeLogs)
            {
                if (service is null && scope.LogRecords.Count > 0) draft.Rejections.Add(reason, scope.LogRecords.Count);
                else foreach (var record in scope.LogRecords) Count(record, service!, draft);
            }
        }
    }

    private static void Count(LogRecord record, ServiceDraft service, ExportDraft draft)
    {
        // An id of a trace that can be none is left out: what was logged counts all the same.
        if ((int)record.SeverityNumber is < 0 or > 24) draft.Rejections.Add("severityNumber is not one from 0 to 24.");
        else if (draft.IsOfSize(record) && TryTime(record, draft, out long time, out bool exact)) Take(record, time, exact, service, draft);
    }

    /// <summary>When it happened, else when it was seen, else now.</summary>
    private static bool TryTime(LogRecord record, ExportDraft draft, out long time, out bool exact)
    {
        exact = record.TimeUnixNano != 0;
        if (exact) return draft.TryTime(record.TimeUnixNano, "timeUnixNano", out time);
        if (record.ObservedTimeUnixNano != 0) return draft.TryTime(record.ObservedTimeUnixNano, "observedTimeUnixNano", out time);
        time = draft.Now;
        return true;
    }

    private static void Take(LogRecord record, long time, bool exact, ServiceDraft service, ExportDraft draft)
    {
        string body = record.Body.ToText(LogLine.MaxBodyBytes);
        if (body.Length == 0) body = record.EventName;
        int status = 0;
        if (AccessLogLine.TryParse(body, out var line))
        {
            status = line.Status;
            // Who reads a file knows when he read the line; the line knows when it happened.
            if (!exact && line.Time.ToUnixTimeMilliseconds() <= time) time = line.Time.ToUnixTimeMilliseconds();
        }
        else if ((record.Attributes.Find("http.request.method") ?? record.Attributes.Find("http.method")) is not null && record.Attributes.Find("url.full") is null)
        {
            // With a full URL it speaks of a call that the service made.
            status = record.Attributes.HttpStatus();
        }
        draft.Taken++;
        if (status > 0) service.Request(time, RequestSource.AccessLog, status >= 500, double.NaN, status);
        var severity = SeverityOf(record, status);
        service.Log(time, severity, body, () => LineOf(record, time, severity, body));
    }

    private static LogSeverity SeverityOf(LogRecord record, int status)
    {
        int number = (int)record.SeverityNumber;
        if (number > 0) return (LogSeverity)((number - 1) / 4);
        if (record.SeverityText.Length > 0) return ByText(record.SeverityText);
        return status switch { >= 500 => LogSeverity.Error, >= 400 => LogSeverity.Warn, _ => LogSeverity.Info };
    }

    private static LogSeverity ByText(string text) => text.Cut(16).ToUpperInvariant() switch
    {
        "TRACE" or "VERBOSE" or "FINEST" or "TRCE" => LogSeverity.Trace,
        "DEBUG" or "FINE" or "DBUG" => LogSeverity.Debug,
        "WARN" or "WARNING" => LogSeverity.Warn,
        "ERROR" or "ERR" or "SEVERE" or "FAIL" => LogSeverity.Error,
        "FATAL" or "CRITICAL" or "CRIT" or "ALERT" or "EMERG" or "EMERGENCY" or "PANIC" => LogSeverity.Fatal,
        _ => LogSeverity.Info,
    };

    private static LogLine LineOf(LogRecord record, long time, LogSeverity severity, string body) => new()
    {
        Time = time,
        Severity = severity,
        Body = body.CutBytes(LogLine.MaxBodyBytes),
        TraceId = SpanCounting.IsId(record.TraceId, TraceIdBytes) ? Convert.ToHexStringLower(record.TraceId.Span) : null,
        SpanId = SpanCounting.IsId(record.SpanId, SpanIdBytes) ? Convert.ToHexStringLower(record.SpanId.Span) : null,
        Attributes = AttributesOf(record),
    };

    private static Dictionary<string, string>? AttributesOf(LogRecord record)
    {
        if (record.Attributes.Count == 0) return null;
        var attributes = new Dictionary<string, string>(Math.Min(record.Attributes.Count, LogLine.MaxAttributes));
        for (int i = 0; i < record.Attributes.Count && attributes.Count < LogLine.MaxAttributes; i++)
            attributes[record.Attributes[i].Key.Cut(LongestAttribute)] = record.Attributes[i].Value.ToText(LongestAttribute);
        return attributes;
    }
}
