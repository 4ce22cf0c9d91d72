using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansStream.Grains.Alerts;
using OrleansStream.Grains.Cards;
using OrleansStream.Grains.Conversations;
using OrleansStream.Grains.Devices;
using OrleansStream.Grains.Fraud;
using OrleansStream.Grains.Fraud.Backtests;
using OrleansStream.Grains.Fraud.Cases;
using OrleansStream.Grains.Fraud.Explanations;
using OrleansStream.Grains.Fraud.Population;
using OrleansStream.Grains.Fraud.Rules;
using OrleansStream.Grains.Merchants;
using OrleansStream.Grains.Rules;
using OrleansStream.Grains.Services;
using OrleansStream.Grains.Users;
using OrleansStream.Streams.Jobs;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains;

public static class ProcessorExtensions
{
    /// <summary>The built-in processors, the same for silo and gateway.</summary>
    public static IServiceCollection AddOrleansStreamProcessors(this IServiceCollection services) => services
        .AddStreamProcessor<CardProcessor>()
        .AddStreamProcessor<MerchantProcessor>()
        .AddStreamProcessor<DeviceProcessor>()
        .AddServices()
        .AddConversations()
        .AddAlerts()
        .AddFraud()
        .AddRecommendations();

    /// <summary>What cards need around them: rule sets, what is known over all cards, labels, cases, explanations, backtests. Once per process counts.</summary>
    private static IServiceCollection AddFraud(this IServiceCollection services)
    {
        if (services.Any(s => s.ServiceType == typeof(RulesetService))) return services;
        // Each change builds on the one before, and explanations ask for old versions.
        services.AddSingleton(new TopicDeclaration(RulesetBook.Topic, 1) { MayUseReserve = true, Retention = Timeout.InfiniteTimeSpan });
        services.AddReadModel<RulesetBook>().AddReadModel<FraudPopulationModel>().AddReadModel<CaseList>().AddReadModel<ShadowDifferences>();
        services.AddHostedService<RuleBookReadiness<RulesetBook, RulesetVersion>>();
        services.AddSingleton<RulesetService>();
        services.AddSingleton<LabelService>();
        services.AddSingleton<ProfileRebuild>();
        services.AddSingleton<CardTransactions>();
        services.AddSingleton<DecisionExplainer>();
        services.AddSingleton<BacktestService>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<JobKind, BacktestJob>());
        return services;
    }
}
