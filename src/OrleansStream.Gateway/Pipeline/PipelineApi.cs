using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Pipeline.Batch;
using OrleansStream.Gateway.Pipeline.Feed;
using OrleansStream.Gateway.Processors;
using OrleansStream.Gateway.Streaming;

namespace OrleansStream.Gateway.Pipeline;

/// <summary><c>/v1/pipeline</c>: reality, what the stream knows of it, and what a batch job knows of it.</summary>
internal static class PipelineApi
{
    private const string Tag = "Pipeline";
    private const string BatchExample =
        """{"count":1839,"intervalSeconds":5,"lastRunAt":"2026-11-22T10:00:05Z","stalenessSeconds":2.4,"polls":120,"emptyPolls":3,"recordsScanned":1839,"lastAdded":9}""";
    private const string Example =
        """{"ingested":1843,"processed":1843,"lag":0,"ratePerSecond":1.8,"stream":{"count":1843,"latencyMs":{"p50":3.9,"p99":9.2,"windowSeconds":60}},"batch":""" + BatchExample + "}";

    public static void MapPipeline(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/pipeline", async (HttpContext context, PipelineStatus status) => TypedResults.Ok(await status.ReadFreshAsync(context.RequestAborted)))
            .RequireScope(Scope.Read)
            .WithName("GetPipeline").WithTags(Tag)
            .WithSummary("Reality, the stream and the batch, side by side")
            .WithDescription(
                "`ingested` is what was handed in, over all processors, and includes everything accepted before the request; `processed` of it is processed: its output is published, or it " +
                "is committed. `stream.count` is the same as the stream's count; its latencies go from hand-in to published output, over the last 60 s in which there were any. `batch` is a " +
                "job of its own that reads the log every `intervalSeconds` from where it stopped, and nothing else: `stalenessSeconds` is the age of the oldest record that no batch has seen.")
            .Produces<PipelineView>().WithResponseExample(200, Example)
            .WithProblem(503, PipelineProblems.Example(503, "log-unavailable", "Try again in a moment."));
        routes.MapPut("/v1/pipeline/batch", PutBatchAsync)
            .RequireScope(Scope.Operate)
            .WithName("PutPipelineBatch").WithTags(Tag)
            .WithSummary("Set how often the batch job runs")
            .WithDescription("From 0.5 to 86,400 seconds, from now on and after restarts. The next run counts from the last one.")
            .WithRequestBodyOf("application/json", """{"intervalSeconds":5}""")
            .Produces<BatchView>().WithResponseExample(200, BatchExample)
            .WithProblem(400, PipelineProblems.Example(400, "malformed-json", "The body is not valid JSON at line 1, byte 17."))
            .WithProblem(415, PipelineProblems.Example(415, "unsupported-content-type", "Send one object as application/json."))
            .WithProblem(422, PipelineProblems.Example(422, "invalid-interval-seconds", "intervalSeconds is a number from 0.5 to 86,400."));
        routes.MapGet("/v1/pipeline/stream", (HttpContext context, EventStream stream, string? records) => StreamAsync(context, stream, records))
            .RequireReadOrTicket()
            .WithName("StreamPipeline").WithTags(Tag)
            .WithSummary("The pipeline, live (server-sent events)")
            .WithDescription(
                "`pipeline` with the figures of `GET /v1/pipeline`, at once and whenever they changed, at most four times a second. With `records=true` also `ingested` (records the moment " +
                "they are in the log, one in `every`, about a hundred a second at most), `processed` (what became of those, with their outputs' labels and a few outputs) and `batch` (a batch " +
                "found something; what lies before its `positions` some batch has seen). `id` is a cursor over the last seconds; one that has expired gets `reset` first.")
            .WithParameterExample("records", "true")
            .WithStreamStart("1-1795341600000000")
            .ProducesEvents($"event: pipeline\nid: 1-1795341600000000\ndata: {Example}")
            .WithProblem(400, PipelineProblems.Example(400, "invalid-records", "records is true or false."));
    }

    private static async Task<IResult> PutBatchAsync(HttpContext context, BatchJob batch, IOptions<GatewayOptions> options)
    {
        var json = await JsonBody.ReadObjectAsync(context.Request, options.Value, context.RequestAborted);
        if (!json.TryGetProperty("intervalSeconds", out var value)) return Problems.Error(422, "missing-field", "intervalSeconds is required.");
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double seconds) || !BatchInterval.IsAllowed(seconds))
            return Problems.Error(422, "invalid-interval-seconds", "intervalSeconds is a number from 0.5 to 86,400.");
        await batch.SetIntervalAsync(seconds, context.RequestAborted);
        return TypedResults.Ok(PipelineStatus.View(await batch.StandingAsync(context.RequestAborted)));
    }

    private static async Task StreamAsync(HttpContext context, EventStream stream, string? records)
    {
        if (ReadRecords(records) is not { } told)
        {
            await Problems.Error(400, "invalid-records", "records is true or false.").ExecuteAsync(context);
            return;
        }
        await stream.WriteAsync(context, [PipelineFeed.Source(told)]);
    }

    /// <summary>Whether single records are asked for; null for what is neither.</summary>
    public static bool? ReadRecords(string? text) => text switch { null or "" or "false" => false, "true" => true, _ => null };
}
