using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.CloudEvents;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Pressure;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Processors;

/// <summary><c>POST /v1/{topic}</c>: hands events to the log and, if asked, waits for what they lead to.</summary>
internal static class IngestApi
{
    public static void MapIngest(this IEndpointRouteBuilder routes, StreamProcessor processor)
    {
        var (names, shown) = (processor.Names, processor.Documentation);
        routes.MapPost(names.IngestPath(), (HttpContext context, IngestGates gates, CloudEventReader events, RecordIngest ingest, OutcomeWait outcomes, IOptions<GatewayOptions> options) =>
                PostAsync(context, processor, gates, events, ingest, outcomes, options.Value))
            .RequireScope(Scope.Ingest)
            .WithName(ProcessorRoutes.OperationId("post", names.Topic))
            .WithTags(processor.Group())
            .WithSummary(shown.IngestSummary.Length > 0 ? shown.IngestSummary : $"Hand in {names.Topic}")
            .WithDescription(
                "One object, an array, or NDJSON (one object a line). Accepted means durable. One object answers 202 with its position, or, with " +
                $"`Prefer: wait=2`, 200 with the {names.Output}. Several answer 200, 207 or 422 with a result per record, in order: a bad record spoils only itself. " +
                $"The same id of the same {names.Key} counts once.\n\n" +
                "CloudEvents 1.0 are taken in structured mode, in batches, and in binary mode (`ce-` headers, the event as body): the same `source` and `id` count once, " +
                $"the event's own `id` names its {names.Output}, and where the event has no {names.KeyField}, `partitionkey` or `subject` is it.")
            .WithRequestBodyOf("application/json", shown.EventExample)
            .WithRequestBodyOf("application/x-ndjson", shown.EventExample)
            .WithRequestBodyOf("application/cloudevents+json", Examples.CloudEvent(names, shown))
            .WithRequestBodyOf("application/cloudevents-batch+json", Examples.CloudEventBatch(names, shown))
            .WithHeaderParameter("ce-specversion", "Binary mode: the version.", "1.0")
            .WithHeaderParameter("ce-id", "Binary mode: the CloudEvent's id.", "event-1")
            .WithHeaderParameter("ce-source", "Binary mode: where it comes from.", $"https://example.com/{names.Topic}")
            .WithHeaderParameter("ce-type", "Binary mode: its type.", $"com.example.{names.Key}")
            .WithHeaderParameter("ce-subject", $"Binary mode: the {names.KeyField}, if the event has none.", shown.KeyExample)
            .WithHeaderParameter("Prefer", $"`wait=<seconds>`: answer with the {names.Output}.", "wait=2")
            .ProducesJson(200, shown.OutputType, shown.OutputExample)
            .ProducesJson(202, typeof(AcceptedAnswer), Examples.Accepted(names, shown))
            .ProducesJson(207, typeof(BatchAnswer), Examples.MixedBatch(names, shown))
            .ProducesProblems(names, 400, 413, 415, 422, 429, 503);
    }

    /// <summary>Takes what was posted.</summary>
    /// <param name="context">The request.</param>
    /// <param name="processor">Whose topic it goes to.</param>
    /// <param name="gates">May refuse it before its body is read.</param>
    /// <param name="events">Opens CloudEvents.</param>
    /// <param name="ingest">Judges and appends.</param>
    /// <param name="outcomes">Waits.</param>
    /// <param name="options">Limits.</param>
    /// <param name="key">The key that all records are of, where the path names it; null where each says its own.</param>
    public static async Task<IResult> PostAsync(
        HttpContext context, StreamProcessor processor, IngestGates gates, CloudEventReader events, RecordIngest ingest, OutcomeWait outcomes, GatewayOptions options, string? key = null)
    {
        if (gates.Refuse(context, processor.Names.Topic) is { } refused) return refused;
        var body = await IngestBody.ReadAsync(context.Request, events, options, context.RequestAborted) with { Key = key };
        var taken = await ingest.AppendAsync(processor, body, context.RequestAborted);
        if (!body.Single) return BatchAnswer.Of(taken.Results).ToResult();
        var result = taken.Results[0];
        if (result.Status == RecordResult.Rejected)
            return Problems.Error(StatusOf(result.Code!), result.Code!, result.Detail!, result.Errors);
        var accepted = new AcceptedAnswer(result.Id!, result.Position!, result.Status);
        return Preferences.Wait(context.Request, options) is { } wait && wait > TimeSpan.Zero
            ? await outcomes.AnswerAsync(context, processor, taken, accepted, wait)
            : TypedResults.Accepted((string?)null, accepted);
    }

    /// <summary>400: it could not be read at all; 413: too large; 415: not JSON; 422: read, and not valid.</summary>
    private static int StatusOf(string code) => code switch
    {
        "malformed-json" or "invalid-utf8" or "depth-exceeded" or "not-an-object" or CloudEventErrors.Invalid => 400,
        "record-too-large" => 413,
        CloudEventErrors.ContentType => 415,
        _ => 422,
    };
}
