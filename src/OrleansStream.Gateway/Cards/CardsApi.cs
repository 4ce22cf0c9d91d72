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
            .WithPathExample("cardId", "card-42");
        cards.MapGet("", GetProfileAsync)
            .WithName("GetCard")
            .WithSummary("A card's profile")
            .Produces<CardProfileView>().WithResponseExample(200, Examples.CardProfile).ProducesProblems(400, 404, 504);
        cards.MapGet("/decisions", ListDecisionsAsync)
            .WithName("ListCardDecisions")
            .WithSummary("A card's decisions, newest first")
            .WithDescription("`next` of one answer is `cursor` of the next. `before` takes a position, or an RFC 3339 time for transactions that happened before it.")
            .Produces<DecisionList>().WithResponseExample(200, Examples.DecisionList).ProducesProblems(400, 404, 504);
        cards.MapGet("/decisions/{transactionId}", GetDecisionAsync)
            .WithName("GetCardDecision")
            .WithPathExample("transactionId", "tx-2")
            .WithSummary("The decision of one transaction")
            .Produces<DecisionView>().WithResponseExample(200, Examples.Decision).ProducesProblems(400, 404, 504);
    }

    private static async Task<IResult> GetProfileAsync(string cardId, HttpContext context, IGrainFactory grains, MinPosition minPosition)
    {
        var card = grains.GetGrain<ICardGrain>(cardId);
        if (await minPosition.WaitAsync(context, CardTopics.Transactions, cardId, card.WaitUntilApplied) is { } problem) return problem;
        var profile = await card.GetProfile();
        if (profile is null) return NotFound(cardId);
        context.Response.Headers[MinPosition.AppliedHeader] = profile.AppliedPosition;
        return TypedResults.Ok(profile);
    }

    private static async Task<IResult> ListDecisionsAsync(
        string cardId, HttpContext context, IGrainFactory grains, MinPosition minPosition, string? limit, string? before, string? cursor)
    {
        int take = DefaultLimit;
        if (limit is not null && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out take) || take is < 1 or > MaxLimit))
            return Problems.Error(400, "invalid-limit", $"limit is a whole number from 1 to {MaxLimit}.");
        long offset = -1;
        DateTimeOffset? earlierThan = null;
        foreach (string? from in new[] { before, cursor })
        {
            if (string.IsNullOrEmpty(from)) continue;
            if (Position.TryParse(from, out var position) && position.Topic == CardTopics.Transactions)
                offset = offset < 0 ? position.Offset : Math.Min(offset, position.Offset);
            else if (from == before && DateTimeOffset.TryParse(from, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
                earlierThan = time;
            else
                return Problems.Error(400, "invalid-cursor", $"'{from}' is neither a cursor of this list nor a time.");
        }
        var card = grains.GetGrain<ICardGrain>(cardId);
        if (await minPosition.WaitAsync(context, CardTopics.Transactions, cardId, card.WaitUntilApplied) is { } problem) return problem;
        var items = new List<DecisionView>(take);
        do
        {
            var page = await card.ListDecisions(offset, take);
            foreach (var decision in page.Items)
                if (items.Count < take && (earlierThan is null || decision.Time < earlierThan)) items.Add(decision);
            offset = items.Count == take && Position.TryParse(items[^1].Position, out var last) ? last.Offset : page.NextBefore;
        }
        while (items.Count < take && offset >= 0);
        if (items.Count == 0 && await card.GetProfile() is null) return NotFound(cardId);
        string? next = offset >= 0 && items.Count > 0 && Position.TryParse(items[^1].Position, out var end) ? (end with { Offset = offset }).ToString() : null;
        return TypedResults.Ok(new DecisionList(items, next));
    }

    private static async Task<IResult> GetDecisionAsync(string cardId, string transactionId, HttpContext context, IGrainFactory grains, MinPosition minPosition)
    {
        var card = grains.GetGrain<ICardGrain>(cardId);
        if (await minPosition.WaitAsync(context, CardTopics.Transactions, cardId, card.WaitUntilApplied) is { } problem) return problem;
        return await card.FindDecision(transactionId) is { } decision
            ? TypedResults.Ok(decision)
            : Problems.Error(404, "decision-not-found", "The card has no decision for this transaction.");
    }

    private static IResult NotFound(string cardId) =>
        Problems.Error(404, "card-not-found", $"No transaction of card '{cardId}' has been decided.");
}

/// <summary>One page of decisions.</summary>
/// <param name="Items">Newest first, in the order of the log.</param>
/// <param name="Next">Goes into <c>cursor</c> for the next page; null on the last.</param>
public sealed record DecisionList(
    IReadOnlyList<DecisionView> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);
