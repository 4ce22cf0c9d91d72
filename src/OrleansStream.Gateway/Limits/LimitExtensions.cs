using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Auth;

namespace OrleansStream.Gateway.Limits;

internal static class LimitExtensions
{
    /// <summary>After which time a slow body's pace counts.</summary>
    internal static readonly TimeSpan PaceGrace = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddLimits(this IServiceCollection services)
    {
        services.AddOptions<LimitOptions>().BindConfiguration(LimitOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<RequestRates>();
        services.AddSingleton<EventStreamSeats>();
        services.AddSingleton<BodyMemory>();
        services.AddSingleton<BodyPaces>();
        services.AddSingleton<Decompression>();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<LimitOptions>>((kestrel, limits) => kestrel.Limits.Take(limits.Value));
        return services;
    }

    /// <summary>After routing, before the routes: keys, and how much each may ask.</summary>
    public static IApplicationBuilder UseKeysAndLimits(this IApplicationBuilder app)
    {
        var rates = app.ApplicationServices.GetRequiredService<RequestRates>();
        var seats = app.ApplicationServices.GetRequiredService<EventStreamSeats>();
        var paces = app.ApplicationServices.GetRequiredService<BodyPaces>();
        app.Use(async (context, next) =>
        {
            paces.Set(context);
            if (await rates.TakeAddressAsync(context)) await next(context);
        });
        app.UseApiKeys();
        app.Use(async (context, next) =>
        {
            if (await rates.TakeKeyAsync(context)) await next(context);
        });
        return app.Use(seats.InvokeAsync);
    }

    /// <summary>What the server itself sees to, on each of its ports.</summary>
    public static void Take(this KestrelServerLimits kestrel, LimitOptions limits)
    {
        kestrel.MaxConcurrentConnections = limits.Connections;
        kestrel.RequestHeadersTimeout = limits.HeadersTimeout;
        kestrel.MinRequestBodyDataRate = new MinDataRate(limits.MinBodyRate, PaceGrace);
        kestrel.MaxRequestHeadersTotalSize = limits.HeaderBytes;
        kestrel.MaxRequestHeaderCount = limits.HeaderCount;
        kestrel.MaxRequestBodySize = null; // RequestBody has its own, with an answer that says so.
        kestrel.MaxRequestLineSize = 16 << 10; // Beyond it Kestrel answers by itself, without a problem document.
    }
}
