using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Grains.Cards;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Cards;

/// <summary>What can be asked of a card.</summary>
internal static class CardsApi
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 500;

    public static void MapCards(this IEndpointRouteBuilder routes)
    {
        var cards = routes.MapGroup("/v1/cards/{cardId}").WithTags("Fraud")
            .WithHeaderParameter(MinPosition.Header, "Wait until this position is applied.", "transactions:3:1842")
            .WithHeaderParameter("Prefer", "`wait=<seconds>`: how long `Min-Position` waits.", "wait=5")
            .WithParameterExample("cardId", "card-42");
        cards.MapGet("", GetProfileAsync)
            .WithName("GetCard")
            .WithSummary("A card's profile")
            .Produces<CardProfileView>().WithResponseExample(200, Examples.CardProfile).ProducesProblems(400, 404, 504);
        cards.MapGet("/decisions", ListDecisionsAsync)
            .WithName("ListCardDecisions")
            .WithParameterExample("limit", "50").WithParameterExample("before", "2026-11-22T10:00:00Z").WithParameterExample("cursor", "transactions:3:1843")
            .WithSummary("A card's decisions, newest first")
            .WithDescription("`next` of one answer is `cursor` of the next. `before` takes a position, or an RFC 3339 time for transactions that happened before it.")
            .Produces<DecisionList>().WithResponseExample(200, Examples.DecisionList).ProducesProblems(400, 404, 504);
        cards.MapGet("/decisions/{transactionId}", GetDecisionAsync)
            .WithName("GetCardDecision")
            .WithParameterExample("transactionId", "tx-2")
            .WithSummary("The decision of one transaction")
            .Produces<DecisionView>().WithResponseExample(200, Examples.Decision).ProducesProblems(400, 404, 504);
    }

    private static async Task<IResult> GetProfileAsync(string cardId, HttpContext context, CardQuery query)
    {
        var (card, profile, problem) = await query.FindAsync(context, cardId);
        return card is null ? problem! : TypedResults.Ok(profile);
    }

    private static async Task<IResult> ListDecisionsAsync(string cardId, HttpContext context, CardQuery query, string? limit, string? before, string? cursor)
    {
        int take = DefaultLimit;
        if (limit is not null && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out take) || take is < 1 or > MaxLimit))
            return Problems.Error(400, "invalid-limit", $"limit is a whole number from 1 to {MaxLimit}.");
        var start = DecisionListStart.Parse(before, cursor);
        if (start is null)
            return Problems.Error(400, "invalid-cursor", "cursor is `next` of an earlier answer; before is a position, or an RFC 3339 time with offset.");
        var (card, _, problem) = await query.FindAsync(context, cardId);
        if (card is null) return problem!;
        long offset = start.BeforeOffset;
        var items = new List<DecisionView>();
        do
        {
            var page = await card.ListDecisions(offset, take);
            foreach (var decision in page.Items)
                if (items.Count < take && (start.BeforeTime is null || decision.Time < start.BeforeTime)) items.Add(decision);
            offset = items.Count == take && Position.TryParse(items[^1].Position, out var last) ? last.Offset : page.NextBefore;
        }
        while (items.Count < take && offset >= 0);
        string? next = offset >= 0 && items.Count > 0 && Position.TryParse(items[^1].Position, out var end) ? (end with { Offset = offset }).ToString() : null;
        return TypedResults.Ok(new DecisionList(items, next));
    }

    private static async Task<IResult> GetDecisionAsync(string cardId, string transactionId, HttpContext context, CardQuery query)
    {
        var (card, _, problem) = await query.FindAsync(context, cardId);
        if (card is null) return problem!;
        return await card.FindDecision(CardQuery.TransactionId(context, transactionId)) is { } decision
            ? TypedResults.Ok(decision)
            : Problems.Error(404, "decision-not-found", "The card has no decision for this transaction.");
    }
}

/// <summary>One page of decisions.</summary>
/// <param name="Items">Newest first, in the order of the log.</param>
/// <param name="Next">Goes into <c>cursor</c> for the next page; null on the last.</param>
public sealed record DecisionList(
    IReadOnlyList<DecisionView> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);
