using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded;

/// <summary>Adds the log of one process.</summary>
public static class EmbeddedLogExtensions
{
    /// <summary>
    /// Adds the embedded log, with the topics of its options and every <see cref="TopicDeclaration"/> that is registered. Call it before the silo is added: the log
    /// opens first and closes last.
    /// </summary>
    public static IServiceCollection AddEmbeddedLog(this IServiceCollection services, Action<EmbeddedLogOptions> configure)
    {
        services.AddOptions<EmbeddedLogOptions>()
            .BindConfiguration(EmbeddedLogOptions.Section)
            .Configure(configure)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<EmbeddedLogOptions>, EmbeddedLogOptionsValidator>();
        services.AddSingleton<EmbeddedLog>();
        services.AddSingleton<IEventLog>(sp => sp.GetRequiredService<EmbeddedLog>());
        services.AddHostedService<EmbeddedLogOpening>();
        services.AddHealthChecks().AddCheck<EmbeddedLogHealthCheck>("log", tags: ["ready"]);
        return services;
    }

    /// <summary>Opens the log when the host starts; the container closes it after everything that uses it has stopped.</summary>
    private sealed class EmbeddedLogOpening(EmbeddedLog log) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            log.Open();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
