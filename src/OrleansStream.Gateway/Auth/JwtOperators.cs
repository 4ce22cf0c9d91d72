using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Auth;

/// <summary>Operators who come with a token of their organization's authority instead of a key.</summary>
internal static class JwtOperators
{
    public const string Scheme = "Jwt";

    /// <summary>What their id begins with, in audit lines and where requests are counted.</summary>
    public const string IdPrefix = "jwt:";

    public static void AddJwtOperators(this IServiceCollection services)
    {
        services.AddAuthentication().AddJwtBearer(Scheme, _ => { });
        services.AddOptions<JwtBearerOptions>(Scheme).Configure<IOptions<AuthOptions>>((jwt, auth) =>
        {
            var own = auth.Value.Jwt;
            if (own.Authority.Length == 0) return;
            jwt.Authority = own.Authority;
            jwt.Audience = own.Audience;
            jwt.RequireHttpsMetadata = own.RequireHttps;
            jwt.MapInboundClaims = false;
            jwt.IncludeErrorDetails = false;
        });
        services.AddOptions<AuthOptions>().Validate(
            auth => auth.Jwt.Authority.Length == 0 || auth.Jwt.Audience.Length > 0, $"{AuthOptions.Section}:Jwt:Audience is needed with an authority: whom must its tokens be made for?");
    }

    /// <summary>A bearer token that is no key, where an authority is configured.</summary>
    public static bool IsPresented(HttpRequest request, JwtOptions options)
    {
        if (options.Authority.Length == 0) return false;
        string authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && authorization.Count(c => c == '.') == 2;
    }

    /// <summary>Who the token is for, with those of its scopes that mean something here.</summary>
    public static Caller CallerOf(ClaimsPrincipal principal, DateTimeOffset? expiresAt, JwtOptions options)
    {
        string[] claims = [.. principal.FindAll(options.ScopeClaim).SelectMany(c => c.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        string subject = principal.FindFirstValue("sub") ?? principal.FindFirstValue("client_id") ?? "";
        // By hash: whoever they are is personal, and stands in the authority's own records.
        return new Caller(IdPrefix + KeyHash.Of(subject), [.. Scope.All.Where(scope => claims.Contains(options.ScopePrefix + scope))], []) { ExpiresAt = expiresAt };
    }
}
