using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Kafka.Health;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Kafka;

/// <summary>Adds the log on Kafka to a process.</summary>
public static class KafkaLogExtensions
{
    /// <summary>
    /// Adds the log on Kafka, with the topics of its options (section <c>OrleansStream:Kafka</c>) and every <see cref="TopicDeclaration"/> that is registered. Brokers come
    /// from <c>ConnectionStrings:kafka</c> unless the options say otherwise. The log opens before any hosted service starts, and closes when all have stopped; its
    /// health check is <c>log</c>, tag <c>ready</c>. Calling it again adds settings.
    /// </summary>
    public static IServiceCollection AddKafkaLog(this IServiceCollection services, Action<KafkaLogOptions>? configure = null)
    {
        bool added = services.Any(s => s.ServiceType == typeof(KafkaLog));
        var options = services.AddOptions<KafkaLogOptions>();
        if (!added) options.BindConfiguration(KafkaLogOptions.Section);
        options.Configure(configure ?? (_ => { }));
        if (added) return services;
        options
            .PostConfigure<IServiceProvider>((o, sp) =>
            {
                if (string.IsNullOrWhiteSpace(o.BootstrapServers)) o.BootstrapServers = sp.GetService<IConfiguration>()?.GetConnectionString(o.ConnectionName) ?? "";
            })
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<KafkaLogOptions>, KafkaLogOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(sp => new KafkaLog(
            sp.GetRequiredService<IOptions<KafkaLogOptions>>(), sp.GetRequiredService<TimeProvider>(), sp.GetRequiredService<ILogger<KafkaLog>>(),
            sp.GetServices<TopicDeclaration>(), sp.GetService<IKafkaKeySelector>()));
        services.AddSingleton<IEventLog>(sp => sp.GetRequiredService<KafkaLog>());
        services.AddHostedService<KafkaLogOpening>();
        services.AddHealthChecks().AddCheck<KafkaLogHealthCheck>("log", tags: ["ready"]);
        return services;
    }

    /// <summary>Opens the log before anything else starts, wherever it was registered; the container closes it after everything that uses it has stopped.</summary>
    private sealed class KafkaLogOpening(KafkaLog log) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => log.OpenAsync(cancellationToken);

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
