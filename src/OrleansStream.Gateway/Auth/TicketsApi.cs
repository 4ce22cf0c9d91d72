using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;

namespace OrleansStream.Gateway.Auth;

/// <summary><c>POST /v1/sse-tickets</c>: a browser's EventSource cannot send a key.</summary>
internal static class TicketsApi
{
    public static void MapTickets(this IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/sse-tickets", Create)
        .RequireScope(Scope.Read)
        .WithName("CreateTicket").WithTags("Keys")
        .WithSummary("A ticket that opens event streams for 60 s")
        .WithDescription(
            "For `?ticket=` of an event stream, at any gateway. The answer also sets a cookie (HttpOnly, SameSite=Strict, 12 h) that does the same on the same site. " +
            "Both read event streams only, and end with the key they were made with.")
        .Produces<TicketAnswer>().WithResponseExample(200, """{"ticket":"0a1b2c3d4e5f6071.1795341660000.…","expiresAt":"2026-11-22T10:01:00Z"}""");

    private static IResult Create(HttpContext context, TimeProvider time, IOptions<AuthOptions> options)
    {
        var caller = context.Features.Get<Caller>()!;
        if (caller.Hash.Length == 0) return Problems.Error(403, "ticket-needs-key", "A ticket lives and dies with a key; with a token, send the token itself.");
        var now = time.GetUtcNow();
        var expiresAt = now + Ticket.Lifetime;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Cookies.Append(Ticket.Cookie, Ticket.Create(caller, now + options.Value.CookieLifetime), new CookieOptions
        {
            HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, Path = "/v1", MaxAge = options.Value.CookieLifetime, IsEssential = true,
        });
        return TypedResults.Ok(new TicketAnswer(Ticket.Create(caller, expiresAt), expiresAt));
    }
}

/// <param name="Ticket">For <c>?ticket=</c>.</param>
/// <param name="ExpiresAt">Until then a stream can be opened with it; an open one goes on.</param>
internal sealed record TicketAnswer(string Ticket, DateTimeOffset ExpiresAt);
