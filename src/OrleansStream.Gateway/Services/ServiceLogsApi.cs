using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Processors;
using OrleansStream.Gateway.Streaming;
using OrleansStream.Grains.Services;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Services;

/// <summary><c>GET /v1/services/{service}/logs</c> and <c>…/logs/stream</c>: recent lines with search, and lines as they come.</summary>
internal static class ServiceLogsApi
{
    private const string EventName = "log";

    private const string Example =
        """
        {"time":"2026-11-22T10:00:07.412+00:00","severity":"error","body":"payment of order 4711 failed","traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","attributes":{"orderId":"4711"}}
        """;

    private static readonly string Severities = $"At least so severe: one of {string.Join(", ", SeverityName.All)}.";

    public static void MapServiceLogs(this IEndpointRouteBuilder routes, StreamProcessor processor)
    {
        routes.MapGet("/v1/services/{service}/logs", ListAsync)
            .RequireScope(Scope.Read)
            .WithName("ListServiceLogs").WithTags(ServicesApi.Tag)
            .WithSummary("Recent log lines of a service, newest first")
            .WithDescription($"A bounded number of lines per service: errors and the first ones of each export. `severity`: {Severities} `contains` ignores case. `next` of one answer is `cursor` of the next.")
            .WithKeyQuery(processor)
            .WithParameterExample("severity", "error").WithParameterExample("contains", "payment").WithParameterExample("limit", "50").WithParameterExample("cursor", "1843")
            .Produces<LogLinePage>().WithResponseExample(200, $$"""{"items":[{{Example}}],"next":null}""")
            .ProducesProblems(processor.Names, 400, 404, 504);
        routes.MapGet("/v1/services/{service}/logs/stream", StreamAsync)
            .RequireReadOrTicket()
            .WithName("StreamServiceLogs").WithTags(ServicesApi.Tag)
            .WithSummary("Log lines of a service, live (server-sent events)")
            .WithDescription("Each event is `log` with the line as JSON; lines come when they are durable. Resume as with other streams.")
            .WithPathParameter("service", processor.Documentation.KeyExample)
            .WithQueryParameter("severity", Severities, "error")
            .WithQueryParameter("contains", "Only lines with this text, in any case.", "payment")
            .WithStreamStart("1-120-98-131-77")
            .ProducesEvents($"event: {EventName}\nid: 1-120-98-131-77\ndata: {Example}")
            .ProducesProblems(processor.Names, 400, 503);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, ServiceLogs logs, ServiceList services, ModelPosition position, string? severity, string? contains, string? limit, string? cursor)
    {
        int take = PageLimit.Of(limit);
        long before = long.MaxValue;
        if (!TryLevel(severity, out var level)) return InvalidSeverity();
        if (!string.IsNullOrEmpty(cursor) && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            return Problems.Error(400, "invalid-cursor", "cursor is `next` of an earlier answer.");
        string service = RouteText.Of(context, "service", 1);
        if (await position.WaitAsync(context, ServiceLogs.ModelName) is { } problem) return problem;
        var lines = logs.Lines(service, level, contains, take + 1, before);
        if (lines.Count == 0 && services.Find(service) is null) return Problems.Error(404, "service-not-found", "Nothing is known of this service.");
        return TypedResults.Ok(new LogLinePage(
            [.. lines.Take(take).Select(l => LogLineDocument.Of(l.Line))], lines.Count > take ? lines[take - 1].Sequence.ToString(CultureInfo.InvariantCulture) : null));
    }

    private static async Task StreamAsync(HttpContext context, EventStream stream)
    {
        if (!TryLevel(context.Request.Query["severity"].ToString(), out var level))
        {
            await InvalidSeverity().ExecuteAsync(context);
            return;
        }
        string service = RouteText.Of(context, "service", 2), contains = context.Request.Query["contains"].ToString();
        await stream.WriteAsync(context, [new StreamSource(ServiceTopics.Signals, EventName, record => record.Key == service && record.Header(LogHeaders.Kind) is null)
        {
            PartsOf = record => [.. (ServiceSignalsJson.Read(record.Value.Span, SignalParts.Lines)?.Lines ?? [])
                .Where(l => (level is null || l.Severity >= level) && l.Body.Contains(contains, StringComparison.OrdinalIgnoreCase)).Select(l => (ReadOnlyMemory<byte>)LogLineDocument.Of(l).ToJson())],
        }]);
    }

    private static bool TryLevel(string? text, out LogSeverity? level)
    {
        level = string.IsNullOrEmpty(text) ? null : SeverityName.Parse(text);
        return string.IsNullOrEmpty(text) || level is not null;
    }

    private static IResult InvalidSeverity() => Problems.Error(400, "invalid-severity", $"severity is one of {string.Join(", ", SeverityName.All)}.");
}
