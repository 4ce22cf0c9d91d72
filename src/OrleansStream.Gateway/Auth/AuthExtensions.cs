using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Keys;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Gateway.Auth;

internal static class AuthExtensions
{
    /// <summary>Keys with scopes, checked in this process; a route that names no scope is closed.</summary>
    public static IServiceCollection AddApiKeys(this IServiceCollection services)
    {
        services.AddOptions<AuthOptions>().BindConfiguration(AuthOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        if (!services.Any(s => ReferenceEquals(s.ImplementationInstance, ApiKeyList.Declaration))) services.AddSingleton(ApiKeyList.Declaration);
        services.AddReadModel<ApiKeyList>();
        services.AddSingleton(BootstrapKeyLoading.Load);
        services.AddSingleton<Callers>();
        services.AddSingleton<Ticket>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<RevokedStreams>();
        services.AddSingleton<ApiKeyReadiness>();
        services.AddHostedService<BootstrapKeyLoading>();
        services.AddHealthChecks().AddCheck<ApiKeyReadiness>("keys", tags: ["ready"]);
        services.AddAuthentication(ApiKeyHandler.Name).AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.Name, null);
        services.AddJwtOperators();
        services.AddAuthorization();
        services.AddOptions<Microsoft.AspNetCore.Authorization.AuthorizationOptions>().Configure<IOptions<AuthOptions>>((authorization, auth) =>
        {
            foreach (string scope in Scope.All) authorization.AddPolicy(scope, policy => policy.RequireClaim(Scope.ClaimType, scope));
            // What no route answers is not found, for everybody; a route without a scope was forgotten, and is closed.
            authorization.FallbackPolicy = new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder()
                .RequireAssertion(check => auth.Value.Mode == AuthMode.Open || (check.Resource as HttpContext)?.GetEndpoint() is not RouteEndpoint)
                .Build();
        });
        return services;
    }

    /// <summary>After routing, before the routes.</summary>
    public static IApplicationBuilder UseApiKeys(this IApplicationBuilder app) => app.UseAuthentication().UseAuthorization().UseRevokedStreams();
}
