using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Gateway.Catalog;
using OrleansStream.Gateway.Segment;

namespace OrleansStream.Gateway.Recommendations;

internal static class PersonalizationExtensions
{
    public static IServiceCollection AddPersonalization(this IServiceCollection services)
    {
        services.AddSegment();
        services.AddSingleton<CatalogIngest>();
        services.AddSingleton<UserQuery>();
        return services;
    }

    public static void MapPersonalization(this IEndpointRouteBuilder routes)
    {
        routes.MapSegment();
        routes.MapCatalog();
        routes.MapRecommend();
        routes.MapRecommendations();
    }
}
