using System.Text.Json.Nodes;
using OrleansStream.Web.Gateway;

namespace OrleansStream.Web.Live;

/// <summary>Makes a service fail for a while: sends what its exporter would send if most of its requests failed.</summary>
internal sealed class ServiceFailure(ServiceCalls calls, TimeProvider time)
{
    private const int Seconds = 12, RequestsPerSecond = 24, ServerKind = 2, ErrorStatus = 2, ErrorSeverity = 17;
    private const double FailedShare = 0.75;

    /// <exception cref="GatewayException">The API refused or did not answer.</exception>
    public async Task FailAsync(string service, CancellationToken cancellationToken)
    {
        for (int second = 0; second < Seconds; second++)
        {
            await calls.ExportAsync("traces", Traces(service, time.GetUtcNow()), cancellationToken);
            await calls.ExportAsync("logs", Logs(service, time.GetUtcNow()), cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
        }
    }

    private static string Traces(string service, DateTimeOffset now)
    {
        var spans = new JsonArray();
        for (int i = 0; i < RequestsPerSecond; i++)
        {
            bool failed = i < RequestsPerSecond * FailedShare;
            var span = new JsonObject
            {
                ["traceId"] = Guid.NewGuid().ToString("N"), ["spanId"] = Guid.NewGuid().ToString("N")[..16], ["name"] = "POST /pay", ["kind"] = ServerKind,
                ["startTimeUnixNano"] = Nanoseconds(now.AddMilliseconds(-40 - (failed ? 900 : 0))), ["endTimeUnixNano"] = Nanoseconds(now),
            };
            if (failed) span["status"] = new JsonObject { ["code"] = ErrorStatus, ["message"] = "time-out" };
            spans.Add(span);
        }
        return Export("resourceSpans", "scopeSpans", "spans", service, spans);
    }

    private static string Logs(string service, DateTimeOffset now)
    {
        var records = new JsonArray();
        for (int i = 0; i < 4; i++)
        {
            records.Add(new JsonObject
            {
                ["timeUnixNano"] = Nanoseconds(now.AddMilliseconds(-i)), ["severityNumber"] = ErrorSeverity, ["severityText"] = "ERROR",
                ["body"] = new JsonObject { ["stringValue"] = $"payment of order {now.Millisecond + i} failed: time-out of the bank" },
            });
        }
        return Export("resourceLogs", "scopeLogs", "logRecords", service, records);
    }

    private static string Export(string resources, string scopes, string items, string service, JsonArray content)
    {
        var attribute = new JsonObject { ["key"] = "service.name", ["value"] = new JsonObject { ["stringValue"] = service } };
        var resource = new JsonObject { ["resource"] = new JsonObject { ["attributes"] = new JsonArray(attribute) }, [scopes] = new JsonArray(new JsonObject { [items] = content }) };
        return new JsonObject { [resources] = new JsonArray(resource) }.ToJsonString();
    }

    private static string Nanoseconds(DateTimeOffset at) => $"{(at - DateTimeOffset.UnixEpoch).Ticks * 100}";
}
