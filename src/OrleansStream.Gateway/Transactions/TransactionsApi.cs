using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Grains.Cards;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Transactions;

/// <summary><c>POST /v1/transactions</c>: hands card transactions to the log and, if asked, waits for the decision.</summary>
internal static class TransactionsApi
{
    public static void MapTransactions(this IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/transactions", PostAsync)
        .WithName("PostTransactions")
        .WithTags("Fraud")
        .WithSummary("Hand in card transactions")
        .WithDescription(
            "One object, an array, or NDJSON (one object a line). Accepted means durable. One object answers 202 with its position, or, with " +
            "`Prefer: wait=2`, 200 with the decision. Several answer 200, 207 or 422 with a result per record, in order: a bad record spoils only itself. " +
            "The same id of the same card counts once.")
        .WithRequestBodyOf("application/json", Examples.Transaction)
        .WithRequestBodyOf("application/x-ndjson", Examples.Transaction)
        .WithHeaderParameter("Prefer", "`wait=<seconds>`: answer with the decision.", "wait=2")
        .Produces<DecisionView>()
        .Produces<AcceptedAnswer>(StatusCodes.Status202Accepted)
        .Produces<BatchAnswer>(StatusCodes.Status207MultiStatus)
        .WithResponseExample(StatusCodes.Status200OK, Examples.Decision)
        .WithResponseExample(StatusCodes.Status202Accepted, Examples.Accepted)
        .WithResponseExample(StatusCodes.Status207MultiStatus, Examples.MixedBatch)
        .ProducesProblems(400, 413, 415, 422, 503);

    private static async Task<IResult> PostAsync(HttpContext context, TransactionIngest ingest, IGrainFactory grains, IOptions<GatewayOptions> options)
    {
        bool lines = BodyFormat.IsNdjson(context.Request);
        var body = await RequestBody.ReadAsync(context.Request, options.Value, context.RequestAborted);
        if (!lines)
        {
            int start = JsonRecords.SkipSpace(body.Span, 0);
            if (start == body.Length) return Problems.Error(400, "empty-body", "The body is empty.");
            if (body.Span[start] != '[') return await PostOneAsync(context, JsonRecords.Trim(body), ingest, grains, options.Value);
        }
        var records = lines ? JsonRecords.SplitLines(body, options.Value.MaxBatchRecords) : JsonRecords.SplitArray(body, options.Value.MaxBatchRecords);
        if (records.Count == 0 && lines) return Problems.Error(400, "empty-body", "The body is empty.");
        var (results, _) = await ingest.AppendAsync(records, context.RequestAborted);
        return BatchAnswer.Of(results).ToResult();
    }

    private static async Task<IResult> PostOneAsync(HttpContext context, ReadOnlyMemory<byte> body, TransactionIngest ingest, IGrainFactory grains, GatewayOptions options)
    {
        var (results, cards) = await ingest.AppendAsync([body], context.RequestAborted);
        var result = results[0];
        if (result.Status == RecordResult.Rejected)
            return Problems.Error(StatusOf(result.Code!), result.Code!, result.Detail!, result.Errors);
        var accepted = new AcceptedAnswer(result.Id!, result.Position!, result.Status);
        if (Preferences.Wait(context.Request, options.MaxWait) is not { } wait || wait <= TimeSpan.Zero || !Position.TryParse(result.Position, out var position))
            return TypedResults.Accepted((string?)null, accepted);
        var verdict = await grains.GetGrain<ICardGrain>(cards[0]!).WaitForDecision(position.Offset, wait);
        if (verdict.Decision is null)
            return TypedResults.Accepted((string?)null, accepted with { DeadLetter = verdict.DeadLetter is { } json ? JsonElement.Parse(json) : null });
        Preferences.Applied(context.Response, wait);
        context.Response.Headers[MinPosition.AppliedHeader] = result.Position;
        return TypedResults.Ok(verdict.Decision);
    }

    /// <summary>400: it could not be read at all; 413: too large; 422: read, and not valid.</summary>
    private static int StatusOf(string code) => code switch
    {
        "malformed-json" or "invalid-utf8" or "depth-exceeded" or "not-an-object" => 400,
        "record-too-large" => 413,
        _ => 422,
    };
}
