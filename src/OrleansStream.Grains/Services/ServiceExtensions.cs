using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Grains.Services.Rules;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains.Services;

internal static class ServiceExtensions
{
    /// <summary>Services and what they need around them: alert rules, lists, recent log lines. Once per process counts.</summary>
    public static IServiceCollection AddServices(this IServiceCollection services)
    {
        services.AddStreamProcessor<ServiceProcessor>();
        if (services.Any(s => s.ServiceType == typeof(AlertRuleService))) return services;
        services.AddSingleton(new TopicDeclaration(ServiceTopics.Minutes) { MayUseReserve = true });
        services.AddSingleton(new TopicDeclaration(AlertRuleBook.Topic, 1) { MayUseReserve = true });
        services.AddReadModel<AlertRuleBook>().AddReadModel<ServiceList>().AddReadModel<ServiceLogs>();
        services.AddHostedService<AlertRuleReadiness>();
        services.AddSingleton<AlertRuleService>();
        services.AddSingleton<ServiceReader>();
        return services;
    }
}
