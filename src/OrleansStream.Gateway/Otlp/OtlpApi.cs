using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Processors;

namespace OrleansStream.Gateway.Otlp;

/// <summary><c>POST /v1/logs|metrics|traces</c>: OTLP/HTTP, https://opentelemetry.io/docs/specs/otlp/#otlphttp.</summary>
internal static class OtlpApi
{
    private const string Tag = "Observability";

    private static readonly Dictionary<string, string> Examples = new()
    {
        ["logs"] = """{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"checkout"}}]},"scopeLogs":[{"logRecords":[{"severityNumber":17,"severityText":"ERROR","body":{"stringValue":"payment of order 4711 failed"},"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174"}]}]}]}""",
        ["metrics"] = """{"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"checkout"}}]},"scopeMetrics":[{"metrics":[{"name":"process.cpu.utilization","unit":"1","gauge":{"dataPoints":[{"timeUnixNano":"1764000000000000000","asDouble":0.42}]}}]}]}]}""",
        ["traces"] = """{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"checkout"}}]},"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","name":"POST /orders","kind":2,"startTimeUnixNano":"1764000000000000000","endTimeUnixNano":"1764000000042000000","status":{"code":2}}]}]}]}""",
    };

    private static readonly Dictionary<string, string> Rejected = new() { ["logs"] = "rejectedLogRecords", ["metrics"] = "rejectedDataPoints", ["traces"] = "rejectedSpans" };

    /// <summary>On the API's port, described in its document.</summary>
    public static void MapOtlp(this IEndpointRouteBuilder routes)
    {
        foreach (var signal in OtlpSignal.All)
        {
            routes.MapSignal(signal)
                .WithName(ProcessorRoutes.OperationId("export", signal.Name))
                .WithTags(Tag)
                .WithSummary($"Hand in {signal.Name} of OpenTelemetry (OTLP/HTTP)")
                .WithDescription(
                    "Protobuf or JSON, answered in the same; `gzip` is taken. `service.name` is the key. What cannot be taken of an export is named in `partialSuccess`, the rest counts; an export " +
                    "that comes again counts once. Errors are `google.rpc.Status`; 429 and 503 with `Retry-After` are worth another try with the same body. The same is served on OTLP's own ports.")
                .WithRequestBodyOf(OtlpAnswers.Json, Examples[signal.Name])
                .WithRequestBodyOf(OtlpAnswers.Protobuf, "An Export…ServiceRequest in binary protobuf")
                .Produces<object>(200, OtlpAnswers.Json).WithResponseExample(200, PartialExample(signal))
                .ProducesStatus(400, 3, "The body is no valid JSON at line 1, byte 17.")
                .ProducesStatus(413, 3, "The body is larger than 20,971,520 bytes after decompression.")
                .ProducesStatus(415, 3, "Content-Type is neither application/x-protobuf nor application/json.")
                .ProducesStatus(429, 8, "More records wait to be written than may. Send the export again.")
                .ProducesStatus(503, 14, "The log cannot take records now. Send the export again.");
        }
    }

    /// <summary>On a port of its own: the API's document does not say it twice.</summary>
    public static void MapOtlpAlone(this IEndpointRouteBuilder routes)
    {
        foreach (var signal in OtlpSignal.All) routes.MapSignal(signal).ExcludeFromDescription();
    }

    private static RouteHandlerBuilder MapSignal(this IEndpointRouteBuilder routes, OtlpSignal signal) =>
        routes.MapPost($"/v1/{signal.Name}", (HttpContext context, OtlpIngest ingest, ILogger<OtlpIngest> logger) => PostAsync(context, signal, ingest, logger))
            .RequireScope(Scope.Ingest)
            .WithMetadata(new RefusalFormat((context, status, detail) => OtlpAnswers.WriteAsync(context, new OtlpRefusal(status, OtlpRefusal.CodeOf(status), detail))));

    private static string PartialExample(OtlpSignal signal) => $$$"""{"partialSuccess":{"{{{Rejected[signal.Name]}}}":"1","errorMessage":"1 rejected: timeUnixNano is missing."}}""";

    private static RouteHandlerBuilder ProducesStatus(this RouteHandlerBuilder route, int status, int code, string message) =>
        route.Produces<object>(status, OtlpAnswers.Json).WithResponseExample(status, $$"""{"code":{{code}},"message":"{{message}}"}""");

    private static async Task PostAsync(HttpContext context, OtlpSignal signal, OtlpIngest ingest, ILogger<OtlpIngest> logger)
    {
        try
        {
            ingest.Admit();
            bool json = OtlpAnswers.IsJson(context.Request) ?? throw new RequestRejectedException(415, "unsupported-content-type", "Content-Type is neither application/x-protobuf nor application/json.");
            var body = await RequestBody.ReadPlainAsync(context.Request, ingest.Options.MaxExportBytes, ingest.Options.MaxExportBytes, context.RequestAborted);
            await OtlpAnswers.WriteAsync(context, 200, await ingest.ExportAsync(signal, body, json, "http", context.RequestAborted));
        }
        catch (Exception e) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            await OtlpAnswers.WriteAsync(context, Refusals.Of(e, signal, logger));
        }
    }
}
