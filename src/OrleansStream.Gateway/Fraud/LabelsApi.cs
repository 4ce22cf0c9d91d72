using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OrleansStream.Domain.Fraud;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Processors;
using OrleansStream.Grains.Fraud;

namespace OrleansStream.Gateway.Fraud;

/// <summary><c>PUT /v1/transactions/{id}/label</c>: says what a transaction was.</summary>
internal static class LabelsApi
{
    private const int LongestSource = 128;
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];

    public static void MapLabels(this IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/transactions/{id}/label", PutAsync)
        .RequireScope(Scope.Ingest)
            .WithName("LabelTransaction").WithTags("Fraud")
        .WithSummary("Say what a transaction was")
        .WithDescription(
            "A record of the card's topic. Frauds teach what merchants, terminals, devices and categories are worth; a fraud's place is no place of the card any more. Closes the transaction's case. " +
            "Said again, it changes nothing; the opposite takes it back.")
        .WithPathParameter("id", "tx-1")
        .WithRequestBodyOf("application/json", """{"cardId":"card-42","fraud":true,"source":"chargeback","time":"2026-11-29T10:00:00Z"}""")
        .Produces<LabelAnswer>(200).WithResponseExample(200, """{"transactionId":"tx-1","cardId":"card-42","fraud":true,"position":"transactions:3:1901"}""")
        .WithProblem(400, PipelineProblems.Example(400, "invalid-fraud", "fraud is true or false."))
        .WithProblem(404, PipelineProblems.Example(404, "transaction-not-found", "The card has no such transaction."));

    private static async Task<IResult> PutAsync(HttpContext context, LabelService labels, IOptions<GatewayOptions> options, TimeProvider clock)
    {
        string id = RouteText.Of(context, "id", 1);
        var body = await JsonBody.ReadObjectAsync(context.Request, options.Value, context.RequestAborted);
        if (body.Text("cardId") is not { } card) return Problems.Error(422, "missing-field", "cardId is required.");
        if (!CardIdRule.IsWellFormed(card) || CardIdRule.IsPan(card)) return NotFound();
        if (!body.TryGetProperty("fraud", out var fraud)) return Problems.Error(422, "missing-field", "fraud is required.");
        if (fraud.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) return Problems.Error(400, "invalid-fraud", "fraud is true or false.");
        string? source = body.Text("source");
        if (source is { Length: > LongestSource }) return Problems.Error(422, "field-too-long", $"source must be at most {LongestSource} characters.");
        DateTimeOffset? time = null;
        if (body.Text("time") is { } text)
        {
            if (!DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
                return Problems.Error(422, "invalid-time", "time must be RFC 3339 with an offset, as 2026-11-22T10:00:00Z.");
            if (parsed > clock.GetUtcNow() + options.Value.MaxClockLead) return Problems.Error(422, "time-in-future", "time is too far ahead of the server's clock.");
            time = parsed;
        }
        var position = await labels.LabelAsync(new LabelRequest(card, id, fraud.GetBoolean(), source, time), context.RequestAborted);
        return position is { } at ? TypedResults.Ok(new LabelAnswer(id, card, fraud.GetBoolean(), at.ToString())) : NotFound();
    }

    private static IResult NotFound() => Problems.Error(404, "transaction-not-found", "The card has no such transaction.");
}

/// <param name="TransactionId">The transaction.</param>
/// <param name="CardId">Its card.</param>
/// <param name="Fraud">What it was.</param>
/// <param name="Position">Where that stands in the log: for <c>Min-Position</c>.</param>
internal sealed record LabelAnswer(string TransactionId, string CardId, bool Fraud, string Position);
