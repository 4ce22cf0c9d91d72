using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MudBlazor.Services;
using OrleansStream.Web.Components;
using OrleansStream.Web.Gateway;
using OrleansStream.Web.Live;

namespace OrleansStream.Web.Hosting;

public static class WebExtensions
{
    /// <summary>Adds the live pages. They know the API by its address only: <see cref="WebOptions.GatewayUrl"/>.</summary>
    public static WebApplicationBuilder AddWebPages(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        // A process that is run from its build folder has its assets where they were built.
        StaticWebAssetsLoader.UseStaticWebAssets(builder.Environment, builder.Configuration);
        // Else assets that come later get a route that fits every path, and a wrong method is not answered by 405 with the methods of the route that was meant.
        builder.Configuration["ReloadStaticAssetsAtRuntime"] ??= "false";
        services.AddOptions<WebOptions>().BindConfiguration(WebOptions.Section);
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices();
        if (services.All(s => s.ServiceType != typeof(TimeProvider))) services.AddSingleton(TimeProvider.System);
        services.AddSingleton<GatewayAddress>();
        services.AddSingleton<GatewayKey>();
        services.AddSingleton<GatewayClient>();
        services.AddSingleton<GatewayEvents>();
        services.AddSingleton<DemoCalls>();
        services.AddSingleton<FraudCalls>();
        services.AddSingleton<ShopCalls>();
        services.AddSingleton<ServiceCalls>();
        services.AddSingleton<ConversationCalls>();
        services.AddSingleton<JobCalls>();
        services.AddSingleton<KeyLookup>();
        services.AddSingleton<ServiceFailure>();
        services.AddScoped<Announcer>();
        services.AddSingleton<LiveFeed>();
        services.AddSingleton<DemoControl>();
        services.AddHealthChecks().AddCheck<GatewayHealthCheck>("gateway", HealthStatus.Degraded, ["ready"]);
        services.AddHttpClient(GatewayClient.Name);
        services.AddHostedService<PageWarmUp>();
#pragma warning disable EXTEXP0001 // An event stream says by itself when it is to be opened again; retries beneath it would only hide that it is down.
        services.AddHttpClient(GatewayEvents.Name).RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
        return builder;
    }

    /// <summary>Maps the pages at <c>/</c>, their assets and their connection. Call it after what else maps routes.</summary>
    public static WebApplication MapWebPages(this WebApplication app)
    {
        app.UseAntiforgery();
        app.MapStaticAssets();
        // The page's own policy says who may frame it; see App.razor.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }
}
