using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Processors;
using OrleansStream.Grains.Cards;
using OrleansStream.Grains.Fraud.Explanations;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Fraud;

/// <summary><c>GET /v1/cards/{cardId}/transactions</c>: what a card was used for, each with what was decided.</summary>
internal static class CardTransactionsApi
{
    private const string Example =
        """
        {"items":[{"transaction":{"id":"tx-2","cardId":"card-42","amount":100,"currency":"EUR","time":"2026-11-22T10:10:00Z","location":{"lat":40.71,"lon":-74.01}},"decision":{"id":"d-5f0c9f0e4b1f4d0e9b7f0d9a3f1c2e4b","transactionId":"tx-2","cardId":"card-42","outcome":"decline","score":100,"position":"transactions:3:1843"}}],"next":"transactions:3:1843"}
        """;

    public static void MapCardTransactions(this IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/cards/{cardId}/transactions", (HttpContext context, KeyQuery query, ProcessorRegistry processors, CardTransactions transactions, string? limit, string? cursor) =>
            ListAsync(context, query, processors, transactions, limit, cursor))
        .RequireScope(Scope.Read)
        .WithName("ListCardTransactions").WithTags("Fraud")
        .WithSummary("Transactions of a card with their decisions, newest first")
        .WithDescription("`transaction` is what was handed in, read from the log; it is missing when the log does not reach back that far. `next` of one answer is `cursor` of the next.")
        .WithPathParameter("cardId", "card-42")
        .WithParameterExample("limit", "50").WithParameterExample("cursor", "transactions:3:1843")
        .WithHeaderParameter(MinPosition.Header, "Waits until this position is applied.", "transactions:3:1843")
        .Produces<CardTransactionPage>().WithResponseExample(200, Example)
        .WithProblem(400, PipelineProblems.Example(400, "invalid-cursor", "cursor is `next` of an earlier answer."))
        .WithProblem(404, PipelineProblems.Example(404, "card-not-found", "Nothing is known of this card."));

    private static async Task<IResult> ListAsync(
        HttpContext context, KeyQuery query, ProcessorRegistry processors, CardTransactions transactions, string? limit, string? cursor)
    {
        int take = PageLimit.Of(limit);
        var processor = processors.ForTopic(CardTopics.Transactions);
        if (OutputListStart.Parse(processor.Names.Topic, null, cursor) is not { } start) return Problems.Error(400, "invalid-cursor", "cursor is `next` of an earlier answer.");
        var (grain, _, problem) = await query.FindAsync(context, processor, RouteText.Of(context, processor.Names.KeyField, 1));
        if (grain is null) return problem!;
        var page = await OutputPage.ReadAsync(grain, start, take);
        var found = await transactions.ReadAsync([.. page.Items.Select(i => i.Position)], context.RequestAborted);
        return TypedResults.Ok(new CardTransactionPage(
            [.. page.Items.Select(i => new CardTransactionView(found.TryGetValue(i.Position, out var json) ? JsonElement.Parse(json.Span) : null, JsonElement.Parse(i.Json)))], page.Next));
    }
}

/// <summary>One page of a card's transactions.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="Next">Goes into <c>cursor</c> for the next page; null on the last.</param>
internal sealed record CardTransactionPage(IReadOnlyList<CardTransactionView> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

/// <param name="Transaction">As it was handed in; null when the log has it no more.</param>
/// <param name="Decision">What was decided.</param>
internal sealed record CardTransactionView(JsonElement? Transaction, JsonElement Decision);
