using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Pressure;
using OrleansStream.Grains.Users;

namespace OrleansStream.Gateway.Segment;

/// <summary>Segment's HTTP API, so that its SDKs and its browser library send here: <c>/v1/track</c>, <c>/v1/batch</c> and their like, long and short.</summary>
internal static class SegmentApi
{
    private const string Product = """{"userId":"u-1","messageId":"m-1","event":"Product Viewed","timestamp":"2026-11-22T10:00:00Z","properties":{"product_id":"shoe-1","category":"running-shoes","price":129.95}}""";
    private const string Batch = """{"batch":[{"type":"track","userId":"u-1","messageId":"m-2","event":"Product Viewed","properties":{"product_id":"shoe-2","category":"running-shoes"}}],"sentAt":"2026-11-22T10:00:00Z"}""";

    /// <summary>Path, short path, type of its messages, what it is for, an example.</summary>
    private static readonly (string Path, string Short, string? Type, string Summary, string Example)[] All =
    [
        ("track", "t", "track", "What a visitor did", Product),
        ("identify", "i", "identify", "Who a visitor is", """{"userId":"u-1","anonymousId":"a-1","messageId":"m-3"}"""),
        ("alias", "a", "alias", "One visitor under two ids", """{"previousId":"a-1","userId":"u-1","messageId":"m-4"}"""),
        ("page", "p", "page", "A page was shown", """{"userId":"u-1","name":"Home","messageId":"m-5"}"""),
        ("screen", "s", "screen", "A screen was shown", """{"userId":"u-1","name":"Home","messageId":"m-6"}"""),
        ("group", "g", "group", "A visitor belongs to a group", """{"userId":"u-1","groupId":"g-1","messageId":"m-7"}"""),
        ("batch", "b", null, "Several messages at once", Batch),
    ];

    public static void MapSegment(this IEndpointRouteBuilder routes)
    {
        foreach (var (path, shortPath, type, summary, example) in All)
        {
            Map(routes, path, type, summary, example);
            Map(routes, shortPath, type, $"{summary} (short path of browser libraries)", example);
        }
    }

    private static void Map(IEndpointRouteBuilder routes, string path, string? type, string summary, string example) => routes
        .MapPost($"/v1/{path}", (HttpContext context, IngestGates gates, SegmentIngest ingest, IOptions<GatewayOptions> options) => PostAsync(context, type, gates, ingest, options))
        .RequireScope(Scope.Ingest)
        .RequireCors(SegmentExtensions.CorsPolicy)
        .WithMetadata(WriteKeyAccess.Allowed)
        .WithName($"Segment{char.ToUpperInvariant(path[0])}{path[1..]}").WithTags("Personalization")
        .WithSummary(summary)
        .WithDescription(
            "Segment's spec. The answer is 200 also when a message was rejected, `results` says which and why. `timestamp` is corrected by how far the sender's clock was off (`sentAt`). The key may be " +
            "`writeKey` in the body. `identify` with both ids and `alias` join what an anonymous id did to the user. With `user_consent: false` in `context` or `properties` nothing is kept.")
        .WithRequestBodyOf("application/json", example)
        .WithRequestBodyOf("text/plain", example)
        .Produces<SegmentAnswer>(200)
        .WithResponseExample(200, """{"success":true,"accepted":1,"rejected":0,"results":[{"index":0,"id":"m-1","status":"accepted","position":"clicks:3:1842"}],"position":"clicks:3:1842"}""")
        .WithProblem(400, PipelineProblems.Example(400, "malformed-json", "The body is not valid JSON: it does not end."))
        .WithProblem(413, PipelineProblems.Example(413, "body-too-large", "The body is larger than 5,242,880 bytes as sent."))
        .WithProblem(429, PipelineProblems.Example(429, "overloaded", "More records of 'clicks' wait to be applied than may. Send more slowly."))
        .WithProblem(503, PipelineProblems.Example(503, "log-unavailable", "Try again in a moment."));

    private static async Task<IResult> PostAsync(HttpContext context, string? type, IngestGates gates, SegmentIngest ingest, IOptions<GatewayOptions> options)
    {
        if (gates.Refuse(context, UserTopics.Clicks) is { } refused) return refused;
        var body = await WriteKey.BodyAsync(context, options);
        if (body.IsEmpty) throw new RequestRejectedException(400, "empty-body", "The body is empty.");
        IReadOnlyList<ReadOnlyMemory<byte>> messages = [body];
        DateTimeOffset? sentAt = null;
        if (body.Span[0] == '[')
        {
            messages = JsonRecords.SplitArray(body, options.Value.MaxBatchRecords);
        }
        else if (type is null)
        {
            var batch = SegmentEnvelope.Member(body, "batch"u8);
            if (batch.IsEmpty || batch.Span[0] != '[') throw new RequestRejectedException(400, "missing-batch", "batch is required: a list of messages.");
            messages = JsonRecords.SplitArray(batch, options.Value.MaxBatchRecords);
            sentAt = SegmentIngest.ReadSentAt(SegmentEnvelope.Member(body, "sentAt"u8));
        }
        else
        {
            SegmentEnvelope.Member(body, "writeKey"u8); // One object, or the request as a whole is no message.
        }
        var results = await ingest.AppendAsync(messages, type, sentAt, context.RequestAborted);
        int rejected = results.Count(r => r.Status == RecordResult.Rejected);
        return TypedResults.Ok(new SegmentAnswer(true, results.Length - rejected, rejected, results, results.Length == 1 ? results[0].Position : null));
    }
}

/// <summary>The answer to messages of Segment's spec.</summary>
/// <param name="Success">As Segment answers: the request was taken.</param>
/// <param name="Accepted">Messages that are durable now, duplicates and those without consent included.</param>
/// <param name="Rejected">Messages that were not taken.</param>
/// <param name="Results">One per message, in order.</param>
/// <param name="Position">Of the only message: for <c>Min-Position</c>.</param>
internal sealed record SegmentAnswer(bool Success, int Accepted, int Rejected, IReadOnlyList<RecordResult> Results, string? Position);
