using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Catalog;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Processors;
using OrleansStream.Gateway.Streaming;
using OrleansStream.Grains.Catalog;
using OrleansStream.Grains.Users;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Gateway.Recommendations;

/// <summary>Recommendations of a visitor, what is trending, and how the index stands.</summary>
internal static class RecommendationsApi
{
    private const string Tag = "Personalization";
    private const int DefaultLimit = 20, MaxLimit = 100;
    private const string Example = """{"userId":"u-1","items":[{"itemId":"sock-7","score":1,"reason":"category","because":["running-shoes"]},{"itemId":"shoe-9","score":0.8,"reason":"session","because":["shoe-2","shoe-1"]}],"appliedPosition":"clicks:3:1842"}""";
    private const string Trend = """{"items":[{"itemId":"shoe-1","category":"running-shoes","score":12.5}],"next":null}""";
    private const string Step = """{"sessionId":"s-1","itemId":"shoe-1","time":"2026-11-22T10:00:00Z"}""";

    public static void MapRecommendations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/users/{userId}/recommendations", (HttpContext context, UserQuery users, string? limit, string? sessionId, string? includeSeen) => GetAsync(context, users, limit, sessionId, includeSeen))
            .RequireScope(Scope.Read)
            .WithName("GetRecommendations").WithTags(Tag)
            .WithSummary("Recommended for a visitor")
            .WithDescription(
                "First, when three of the last five items of the session are of one category, what goes with it; then what visitors with such sessions looked at; then categories of the session and those " +
                "liked; then what is trending. `reason` and `because` say why. Items seen in the session or bought are left out. A visitor who is not known gets what is trending.")
            .WithPathParameter("userId", "u-1")
            .WithParameterExample("limit", "20").WithParameterExample("sessionId", "s-1").WithParameterExample("includeSeen", "false")
            .WithHeaderParameter(MinPosition.Header, "Wait until this position is applied.", "clicks:3:1842")
            .WithHeaderParameter("Prefer", "`wait=<seconds>`: how long `Min-Position` waits.", "wait=5")
            .Produces<UserRecommendations>().WithResponseExample(200, Example)
            .WithProblem(400, PipelineProblems.Example(400, "invalid-limit", $"limit is a whole number from 1 to {MaxLimit}."))
            .WithProblem(404, PipelineProblems.Example(404, "user-not-found", "Nothing is known of this user."))
            .WithProblem(503, PipelineProblems.Example(503, "unavailable", "Try again in a moment."))
            .WithProblem(504, PipelineProblems.Example(504, "position-not-reached", "The position was not reached within 5 s."));
        routes.MapGet("/v1/trending", (NeighbourModel model, CatalogModel catalog, TimeProvider time, string? category, string? limit) => Trending(model, catalog, time, category, limit))
            .RequireScope(Scope.Read)
            .WithName("GetTrending").WithTags(Tag)
            .WithSummary("What is looked at now")
            .WithDescription("`score` is how many looks of now it counts for: a look counts half after six hours, one into the basket as three, an order as five.")
            .WithParameterExample("category", "running-shoes").WithParameterExample("limit", "20")
            .Produces<TrendingPage>().WithResponseExample(200, Trend)
            .WithProblem(400, PipelineProblems.Example(400, "invalid-limit", $"limit is a whole number from 1 to {MaxLimit}."));
        routes.MapGet("/v1/recommendations/index", (NeighbourModel model, IReadModels models) => Status(model, models))
            .RequireScope(Scope.Read)
            .WithName("GetRecommendationIndex").WithTags(Tag)
            .WithSummary("How the neighbour index of this process stands")
            .Produces<IndexStatus>().WithResponseExample(200, """{"sessions":1000000,"items":250000,"lag":0,"stalenessSeconds":0}""");
        routes.MapGet("/v1/recommendations/stream", (HttpContext context, EventStream stream, UserQuery users, string? userId) => StreamAsync(context, stream, users, userId))
            .RequireReadOrTicket()
            .WithName("StreamRecommendations").WithTags(Tag)
            .WithSummary("A visitor's recommendations, anew after each click (server-sent events)")
            .WithParameterExample("userId", "u-1")
            .WithStreamStart("1-120-98-131-77")
            .ProducesEvents($"event: recommendations\nid: 1-120-98-131-77\ndata: {Example}")
            .WithProblem(400, PipelineProblems.Example(400, "missing-parameter", "userId is required."))
            .WithProblem(503, PipelineProblems.Example(503, "unavailable", "Try again in a moment."));
        routes.MapPost("/v1/sessions", async (HttpContext context, CatalogIngest ingest) =>
                BatchAnswer.Of(await ingest.PutAsync(context, UserTopics.SessionClicks, SessionImport.Judge, model: null, UserTopics.ImportSource)).ToResult())
            .RequireScope(Scope.Operate)
            .WithName("ImportSessions").WithTags(Tag)
            .WithSummary("Hand in sessions of before, for a warm start")
            .WithDescription("One object, an array, or NDJSON: steps of anonymous sessions, each in its order. They count for everybody's recommendations and make no profiles.")
            .WithRequestBodyOf("application/json", Step)
            .WithRequestBodyOf("application/x-ndjson", Step)
            .Produces<BatchAnswer>().WithResponseExample(200, """{"accepted":1,"rejected":0,"results":[{"index":0,"id":"s-1","status":"accepted","position":"session-clicks:3:1842"}]}""")
            .WithProblem(400, PipelineProblems.Example(400, "malformed-json", "The JSON array cannot be read at record 0: the array does not end."))
            .WithProblem(422, PipelineProblems.Example(422, "no-record-accepted", "None of 1 records is valid."))
            .WithProblem(503, PipelineProblems.Example(503, "log-unavailable", "Try again in a moment."));
    }

    private static async Task<IResult> GetAsync(HttpContext context, UserQuery users, string? limit, string? sessionId, string? includeSeen)
    {
        string userId = RouteText.Of(context, "userId", 1);
        if (!UserQuery.CanBeUser(userId)) return Problems.Error(404, "user-not-found", "Nothing is known of this user.");
        int take = Limit(limit);
        if (includeSeen is not (null or "" or "true" or "false")) return Problems.Error(400, "invalid-include-seen", "includeSeen is true or false.");
        if (sessionId is { Length: > 0 } && !UserQuery.CanBeUser(sessionId)) return Problems.Error(400, "invalid-session-id", "sessionId is 1 to 256 characters without control characters.");
        if (await users.WaitAsync(context, userId) is { } problem) return problem;
        string[]? session = sessionId is { Length: > 0 } && !sessionId.StartsWith($"{userId}~", StringComparison.Ordinal) && sessionId != userId ? await users.SessionOfAsync(sessionId) : null;
        var answer = await users.RecommendAsync(userId, new RecommendRequest(take, includeSeen == "true", session));
        if (answer.Applied is { } applied) context.Response.Headers[MinPosition.AppliedHeader] = applied.ToString();
        return TypedResults.Ok(UserRecommendations.Of(userId, answer));
    }

    private static Ok<TrendingPage> Trending(NeighbourModel model, CatalogModel catalog, TimeProvider time, string? category, string? limit)
    {
        int take = Limit(limit);
        var items = model.Trending(string.IsNullOrEmpty(category) ? null : catalog.CategoryId(category), time.GetUtcNow(), take);
        return TypedResults.Ok(new TrendingPage([.. items.Select(i => new TrendingEntry(i.Item, i.Category, Math.Round(i.Score, 6)))], null));
    }

    private static Ok<IndexStatus> Status(NeighbourModel model, IReadModels models)
    {
        var (sessions, items) = model.Sizes;
        var status = models.Status.First(s => s.Name == NeighbourModel.ModelName);
        return TypedResults.Ok(new IndexStatus(sessions, items, status.Lag, Math.Round(status.Staleness.TotalSeconds, 3)));
    }

    private static async Task StreamAsync(HttpContext context, EventStream stream, UserQuery users, string? userId)
    {
        if (string.IsNullOrEmpty(userId) || !UserQuery.CanBeUser(userId))
        {
            await Problems.Error(400, "missing-parameter", "userId is required.").ExecuteAsync(context);
            return;
        }
        await stream.WriteAsync(context, [new StreamSource(UserTopics.SessionClicks, "recommendations", record => record.Key == userId)
        {
            Render = async _ => JsonSerializer.SerializeToUtf8Bytes(
                UserRecommendations.Of(userId, await users.RecommendAsync(userId, new RecommendRequest(DefaultLimit, false))), RecommendationJson.Default.UserRecommendations),
        }]);
    }

    private static int Limit(string? text)
    {
        if (string.IsNullOrEmpty(text)) return DefaultLimit;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit is >= 1 and <= MaxLimit
            ? limit
            : throw new RequestRejectedException(400, "invalid-limit", $"limit is a whole number from 1 to {MaxLimit}.");
    }
}

/// <summary>Items for a visitor.</summary>
internal sealed record UserRecommendations(string UserId, IReadOnlyList<RecommendedView> Items, string? AppliedPosition)
{
    public static UserRecommendations Of(string userId, UserAnswer answer) =>
        new(userId, [.. answer.Items.Select(i => new RecommendedView(i.ItemId, i.Score, i.Reason, i.Because))], answer.Applied?.ToString());
}

/// <summary>An item, and why.</summary>
internal sealed record RecommendedView(string ItemId, double Score, string Reason, IReadOnlyList<string> Because);

/// <summary>What is trending, most first.</summary>
internal sealed record TrendingPage(IReadOnlyList<TrendingEntry> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

/// <summary>An item that is trending.</summary>
internal sealed record TrendingEntry(string ItemId, string? Category, double Score);

/// <summary>How the index stands.</summary>
internal sealed record IndexStatus(int Sessions, int Items, long Lag, double StalenessSeconds);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UserRecommendations))]
internal sealed partial class RecommendationJson : JsonSerializerContext;
