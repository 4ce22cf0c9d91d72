using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansStream.Domain.Recommendations.Users;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Pressure;
using OrleansStream.Gateway.Segment;
using OrleansStream.Grains.Users;
using OrleansStream.Streams;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Recommendations;

/// <summary><c>GET /v1/recommend</c>: the query shape of bol.com's Serenade server. Records the click, then says what may come next.</summary>
internal static class RecommendApi
{
    private const int Listed = 21;
    private static readonly object IdPlace = new();

    public static void MapRecommend(this IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/recommend", (HttpContext context, UserQuery users, IEventLog log, IngestGates gates, TimeProvider time) => GetAsync(context, users, log, gates, time))
        .RequireScope(Scope.Ingest)
        .RequireCors(SegmentExtensions.CorsPolicy)
        .WithName("Recommend").WithTags("Personalization")
        .WithSummary("Record a click of a session, then recommend")
        .WithDescription(
            "At most 21 item ids, the most likely next first. The click is durable before the answer. With `user_consent=false` it is not recorded, and counts for this answer only; so does a prefetch " +
            "(`Sec-Purpose` or `Purpose: prefetch`). A missing `user_consent` is `true`.")
        .WithQueryParameter("session_id", "The session, or the visitor.", "s-1")
        .WithQueryParameter("item_id", "What is looked at.", "shoe-1")
        .WithQueryParameter("user_consent", "`true` or `false`.", "true")
        .Produces<string[]>(200).WithResponseExample(200, """["shoe-2","sock-7"]""")
        .WithProblem(400, PipelineProblems.Example(400, "missing-parameter", "session_id and item_id are required."))
        .WithProblem(429, PipelineProblems.Example(429, "overloaded", "More records of 'clicks' wait to be applied than may. Send more slowly."))
        .WithProblem(503, PipelineProblems.Example(503, "log-unavailable", "Try again in a moment."));

    private static async Task<IResult> GetAsync(HttpContext context, UserQuery users, IEventLog log, IngestGates gates, TimeProvider time)
    {
        var query = context.Request.Query;
        string session = query["session_id"].ToString(), item = query["item_id"].ToString();
        if (session.Length == 0 || item.Length == 0) return Problems.Error(400, "missing-parameter", "session_id and item_id are required.");
        if (!ShopIds.IsWellFormed(session) || !ShopIds.IsWellFormed(item)) return Problems.Error(400, "invalid-parameter", "session_id and item_id are 1 to 256 characters without control characters.");
        if (ReadConsent(query["user_consent"].ToString()) is not { } consents) return Problems.Error(400, "invalid-user-consent", "user_consent is true or false.");
        context.Response.Headers.CacheControl = "no-store";
        var now = time.GetUtcNow();
        Position? recorded = null;
        if (consents && !IsPrefetch(context))
        {
            if (gates.Refuse(context, UserTopics.Clicks) is { } refused) return refused;
            var click = new ShopEvent { UserId = session, Action = ShopAction.View, Time = now, Items = [new ShopItem(item, null)] };
            var record = new LogRecord
            {
                Key = session, Source = UserTopics.RecommendSource, Id = IdOf(context, now), Time = now, ReceivedAt = now, Headers = StreamTracing.Headers(), Value = ShopEventJson.Write(click),
            };
            recorded = (await log.AppendAsync(UserTopics.Clicks, [record], context.RequestAborted))[0].Position;
            context.Response.Headers["Position"] = recorded.ToString();
        }
        var answer = await users.NextAsync(session, new NextRequest(item, now, recorded, Listed));
        return new JsonBytes(JsonSerializer.SerializeToUtf8Bytes(answer.Items.Select(i => i.ItemId)));
    }

    private static bool? ReadConsent(string text) => text.ToLowerInvariant() switch { "" or "true" or "1" => true, "false" or "0" => false, _ => null };

    /// <summary>A query that is asked again inside (a silo went) must not count twice.</summary>
    private static string IdOf(HttpContext context, DateTimeOffset now)
    {
        if (context.Items.TryGetValue(IdPlace, out object? id)) return (string)id!;
        string made = Guid.CreateVersion7(now).ToString("N");
        context.Items[IdPlace] = made;
        return made;
    }

    private static bool IsPrefetch(HttpContext context) =>
        context.IsHead() || Says(context, "Sec-Purpose") || Says(context, "Purpose") || Says(context, "X-Purpose") || Says(context, "X-Moz");

    private static bool Says(HttpContext context, string header) => context.Request.Headers[header].ToString() is { Length: > 0 } value
        && (value.Contains("prefetch", StringComparison.OrdinalIgnoreCase) || value.Contains("prerender", StringComparison.OrdinalIgnoreCase));
}
