using System.Text.Json.Nodes;
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

/// <summary><c>GET /v1/cards/{cardId}/decisions/{transactionId}/explanation</c>: why a decision was made.</summary>
internal static class ExplanationApi
{
    private const string Example =
        """
        {"decision":{"id":"d-5f0c9f0e4b1f4d0e9b7f0d9a3f1c2e4b","transactionId":"tx-2","cardId":"card-42","outcome":"decline","score":100},"identical":true,"ruleset":{"id":"default","version":1},"rulesetExpired":false,"priorLogOdds":-4.72,"rules":[{"code":"IMPOSSIBLE_TRAVEL","applies":true,"logOdds":12,"observed":70528,"threshold":900,"detail":"11,755 km in 10 min = 70,528 km/h, limit 900 km/h","inputs":{"arrivalKm":11754.7,"arrivalSeconds":600,"departureKm":0,"departureSeconds":0}}],"profileBefore":{"cardId":"card-42","transactionCount":1},"historyExpired":false}
        """;

    public static void MapExplanations(this IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/cards/{cardId}/decisions/{transactionId}/explanation", GetAsync)
        .RequireScope(Scope.Read)
            .WithName("ExplainDecision").WithTags("Fraud")
        .WithSummary("Why a decision was made")
        .WithDescription(
            "The decision is made again from what is stored of it, by the rule set it was made by: `identical` says whether it is the same to the bit. Every rule with what it saw and added. " +
            "`profileBefore` is rebuilt from the log; null with `historyExpired: true` when the log does not reach back that far.")
        .WithPathParameter("transactionId", "tx-2").WithPathParameter("cardId", "card-42")
        .WithHeaderParameter(MinPosition.Header, "Waits until this position is applied.", "transactions:3:1843")
        .Produces<JsonObject>().WithResponseExample(200, Example)
        .WithProblem(404, PipelineProblems.Example(404, "decision-not-found", "The card has no decision with this id."));

    private static async Task<IResult> GetAsync(HttpContext context, KeyQuery query, ProcessorRegistry processors, DecisionExplainer explainer)
    {
        string card = RouteText.Of(context, "cardId", 3);
        var (grain, _, problem) = await query.FindAsync(context, processors.ForTopic(CardTopics.Transactions), card);
        if (grain is null) return problem!;
        return await explainer.ExplainAsync(card, RouteText.Of(context, "transactionId", 1), context.RequestAborted) is { } explanation
            ? new JsonBytes(explanation.ToJson())
            : Problems.Error(404, "decision-not-found", "The card has no decision with this id.");
    }
}
