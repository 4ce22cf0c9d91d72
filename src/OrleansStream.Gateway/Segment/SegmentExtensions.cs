using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace OrleansStream.Gateway.Segment;

internal static class SegmentExtensions
{
    public const string CorsPolicy = "segment";

    public static IServiceCollection AddSegment(this IServiceCollection services)
    {
        services.AddOptions<SegmentOptions>().BindConfiguration(SegmentOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<SegmentIngest>();
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<SegmentOptions>>((cors, segment) => cors.AddPolicy(CorsPolicy, policy =>
            policy.WithOrigins(segment.Value.CorsOrigins).WithMethods("GET", "POST").WithHeaders("Content-Type", "Authorization", "X-Api-Key").SetPreflightMaxAge(TimeSpan.FromHours(1))));
        return services;
    }
}
