using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Grains.Rules;
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
        // Thousands of services say several GB an hour, and have said all that is kept of it within minutes.
        services.AddSingleton(new TopicDeclaration(ServiceTopics.Signals) { Retention = TimeSpan.FromHours(6) });
        services.AddSingleton(new TopicDeclaration(ServiceTopics.Minutes) { MayUseReserve = true, Retention = TimeSpan.FromDays(1) });
        // Each change builds on the one before.
        services.AddSingleton(new TopicDeclaration(AlertRuleBook.Topic, 1) { MayUseReserve = true, Retention = Timeout.InfiniteTimeSpan });
        services.AddReadModel<AlertRuleBook>().AddReadModel<ServiceList>().AddReadModel<ServiceLogs>();
        services.AddHostedService<RuleBookReadiness<AlertRuleBook, AlertRulesVersion>>();
        services.AddSingleton<AlertRuleService>();
        services.AddSingleton<ServiceReader>();
        return services;
    }
}
