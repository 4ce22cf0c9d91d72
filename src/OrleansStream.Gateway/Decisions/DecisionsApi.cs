using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Streaming;
using OrleansStream.Grains.Cards;

namespace OrleansStream.Gateway.Decisions;

/// <summary><c>GET /v1/decisions/stream</c>: decisions as they become durable.</summary>
internal static class DecisionsApi
{
    private static readonly string[] Outcomes = ["approve", "review", "decline"];

    public static void MapDecisions(this IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/decisions/stream", StreamAsync)
        .WithName("StreamDecisions")
        .WithTags("Fraud")
        .WithSummary("Decisions, live (server-sent events)")
        .WithDescription(
            "Each event is `decision` with the decision as JSON; its `id` is a cursor to resume from by `Last-Event-ID` or `lastEventId`. Without one the " +
            "stream starts now, with `lastEventId=earliest` at the oldest decision in the log. A cursor that has expired gets `reset` first.")
        .WithHeaderParameter("Last-Event-ID", "Resume after this event.", "1-120-98-131-77")
        .WithParameterExample("outcome", "decline,review").WithParameterExample("cardId", "card-42")
        .WithQueryParameter("lastEventId", "The same for clients that cannot set headers.", "1-120-98-131-77")
        .Produces<string>(200, "text/event-stream").WithResponseExample(200, Examples.DecisionEvent)
        .ProducesProblems(400);

    private static async Task StreamAsync(HttpContext context, EventStream stream, string? outcome, string? cardId)
    {
        string[] wanted = (outcome ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (wanted.FirstOrDefault(w => !Outcomes.Contains(w)) is { } unknown)
        {
            await Problems.Error(400, "invalid-outcome", $"outcome '{unknown}' is not one of {string.Join(", ", Outcomes)}.").ExecuteAsync(context);
            return;
        }
        await stream.WriteAsync(context, CardTopics.Decisions, "decision", record =>
            (wanted.Length == 0 || wanted.Contains(record.Header(CardTopics.OutcomeHeader))) && (string.IsNullOrEmpty(cardId) || record.Key == cardId));
    }
}
