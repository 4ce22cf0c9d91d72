using System.Security.Claims;

namespace OrleansStream.Gateway.Auth;

/// <summary>Who asks, once it is known.</summary>
/// <param name="KeyId">The key's public id.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Hash">Of its text; signs its tickets.</param>
internal sealed record Caller(string KeyId, IReadOnlyList<string> Scopes, byte[] Hash)
{
    /// <summary>From then on it is nobody; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public ClaimsPrincipal ToPrincipal(string scheme)
    {
        var identity = new ClaimsIdentity(scheme, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new Claim(ClaimTypes.Name, KeyId));
        foreach (string scope in Scopes) identity.AddClaim(new Claim(Scope.ClaimType, scope));
        return new ClaimsPrincipal(identity);
    }
}
