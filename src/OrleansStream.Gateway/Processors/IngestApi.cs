using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Processors;

/// <summary><c>POST /v1/{topic}</c>: hands events to the log and, if asked, waits for what they lead to.</summary>
internal static class IngestApi
{
    public static void MapIngest(this IEndpointRouteBuilder routes, StreamProcessor processor)
    {
        var (names, shown) = (processor.Names, processor.Documentation);
        routes.MapPost(names.IngestPath(), (HttpContext context, RecordIngest ingest, IGrainFactory grains, IOptions<GatewayOptions> options) =>
                PostAsync(context, processor, ingest, grains, options.Value))
            .WithName(ProcessorRoutes.OperationId("post", names.Topic))
            .WithTags(processor.Group())
            .WithSummary(shown.IngestSummary.Length > 0 ? shown.IngestSummary : $"Hand in {names.Topic}")
            .WithDescription(
                "One object, an array, or NDJSON (one object a line). Accepted means durable. One object answers 202 with its position, or, with " +
                $"`Prefer: wait=2`, 200 with the {names.Output}. Several answer 200, 207 or 422 with a result per record, in order: a bad record spoils only itself. " +
                $"The same id of the same {names.Key} counts once.")
            .WithRequestBodyOf("application/json", shown.EventExample)
            .WithRequestBodyOf("application/x-ndjson", shown.EventExample)
            .WithHeaderParameter("Prefer", $"`wait=<seconds>`: answer with the {names.Output}.", "wait=2")
            .ProducesJson(200, shown.OutputType, shown.OutputExample)
            .ProducesJson(202, typeof(AcceptedAnswer), Examples.Accepted(names, shown))
            .ProducesJson(207, typeof(BatchAnswer), Examples.MixedBatch(names, shown))
            .ProducesProblems(names, 400, 413, 415, 422, 503);
    }

    private static async Task<IResult> PostAsync(HttpContext context, StreamProcessor processor, RecordIngest ingest, IGrainFactory grains, GatewayOptions options)
    {
        var body = await IngestBody.ReadAsync(context.Request, options, context.RequestAborted);
        var taken = await ingest.AppendAsync(processor, body, context.RequestAborted);
        if (!body.Single) return BatchAnswer.Of(taken.Results).ToResult();
        var result = taken.Results[0];
        if (result.Status == RecordResult.Rejected)
            return Problems.Error(StatusOf(result.Code!), result.Code!, result.Detail!, result.Errors);
        var accepted = new AcceptedAnswer(result.Id!, result.Position!, result.Status);
        if (Preferences.Wait(context.Request, options.MaxWait) is not { } wait || wait <= TimeSpan.Zero)
            return TypedResults.Accepted((string?)null, accepted);
        var outcome = await ProcessorRegistry.Grain(grains, processor, taken.Key!).WaitForOutcome(taken.Position.Offset, wait);
        if (outcome.Output is null)
            return TypedResults.Accepted((string?)null, accepted with { DeadLetter = outcome.DeadLetter is { } json ? JsonElement.Parse(json) : null });
        Preferences.Applied(context.Response, wait);
        context.Response.Headers[MinPosition.AppliedHeader] = result.Position;
        return new JsonBytes(outcome.Output.Json);
    }

    /// <summary>400: it could not be read at all; 413: too large; 422: read, and not valid.</summary>
    private static int StatusOf(string code) => code switch
    {
        "malformed-json" or "invalid-utf8" or "depth-exceeded" or "not-an-object" => 400,
        "record-too-large" => 413,
        _ => 422,
    };
}
