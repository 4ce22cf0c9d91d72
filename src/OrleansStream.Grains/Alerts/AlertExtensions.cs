using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains.Alerts;

internal static class AlertExtensions
{
    /// <summary>The book of alerts and those who are told. Once per process counts.</summary>
    public static IServiceCollection AddAlerts(this IServiceCollection services)
    {
        if (services.Any(s => s.ServiceType == typeof(AlertService))) return services;
        services.AddOptions<WebhookOptions>().BindConfiguration(WebhookOptions.Section).ValidateDataAnnotations()
            .Validate(options => options.AllowedNetworks.All(network => System.Net.IPNetwork.TryParse(network, out _)), "OrleansStream:Webhooks:AllowedNetworks holds networks as 10.1.0.0/16.")
            .ValidateOnStart();
        services.AddSingleton(AlertingRecord.Declaration);
        services.AddReadModel<AlertBook>();
        services.AddSingleton<AlertService>();
        services.TryAddSingleton<IHostAddresses, SystemHostAddresses>();
        services.AddSingleton<WebhookTargets>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<SentStore>();
        services.AddHostedService<ReceiverAttendant>();
        return services;
    }
}
