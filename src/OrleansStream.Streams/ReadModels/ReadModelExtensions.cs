using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace OrleansStream.Streams.ReadModels;

/// <summary>Adds views over many keys.</summary>
public static class ReadModelExtensions
{
    /// <summary>Adds a read model to this process; adding it twice counts once. Its topics must be declared.</summary>
    public static IServiceCollection AddReadModel<TModel>(this IServiceCollection services) where TModel : ReadModel
    {
        services.TryAddSingleton<TModel>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ReadModel, TModel>(sp => sp.GetRequiredService<TModel>()));
        if (services.Any(s => s.ServiceType == typeof(ReadModelHost))) return services;
        services.AddOptions<ReadModelOptions>().BindConfiguration(ReadModelOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ReadModelHost>();
        services.AddSingleton<IReadModels>(sp => sp.GetRequiredService<ReadModelHost>());
        services.AddSingleton<IHostedService>(sp => sp.GetRequiredService<ReadModelHost>());
        services.AddHealthChecks().AddCheck<ReadModelHealthCheck>("read-models", HealthStatus.Degraded);
        return services;
    }
}
