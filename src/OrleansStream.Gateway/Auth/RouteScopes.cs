using Microsoft.AspNetCore.Builder;
using OrleansStream.Gateway.OpenApi;

namespace OrleansStream.Gateway.Auth;

/// <summary>What a route needs. One that says nothing is closed to every key.</summary>
public static class RouteScopes
{
    /// <summary>The route is for keys with this scope.</summary>
    /// <param name="route">The route.</param>
    /// <param name="scope">One of <see cref="Scope.All"/>.</param>
    public static TBuilder RequireScope<TBuilder>(this TBuilder route, string scope) where TBuilder : IEndpointConventionBuilder
    {
        if (!Scope.All.Contains(scope)) throw new ArgumentException($"'{scope}' is no scope.", nameof(scope));
        return route.RequireAuthorization(scope).WithMetadata(new RequiredScope(scope)).WithScope(scope);
    }

    /// <summary>An event stream: for <see cref="Scope.Read"/>, also by ticket or cookie, and it ends when its key is revoked.</summary>
    public static TBuilder RequireReadOrTicket<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder =>
        route.RequireScope(Scope.Read).WithMetadata(TicketAccess.Allowed);
}

/// <param name="Scope">What a key must have.</param>
internal sealed record RequiredScope(string Scope);

/// <summary>A ticket or a cookie opens the route.</summary>
internal sealed class TicketAccess
{
    public static readonly TicketAccess Allowed = new();
}
