using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Grains.Catalog;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains.Users;

internal static class RecommendationExtensions
{
    /// <summary>Visitors, the catalogue, and what all sessions tell. Once per process counts.</summary>
    public static IServiceCollection AddRecommendations(this IServiceCollection services)
    {
        services.AddStreamProcessor<UserProcessor>();
        if (services.Any(s => s.ServiceType == typeof(ShopView))) return services;
        services.AddOptions<RecommendationOptions>().BindConfiguration(RecommendationOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(new TopicDeclaration(CatalogModel.ItemTopic) { IsCompacted = true });
        services.AddSingleton(new TopicDeclaration(CatalogModel.CategoryTopic, 1) { IsCompacted = true });
        services.AddReadModel<CatalogModel>().AddReadModel<NeighbourModel>();
        services.AddSingleton<ShopView>();
        return services;
    }
}
