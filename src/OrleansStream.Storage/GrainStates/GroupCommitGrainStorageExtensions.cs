using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Configuration.Overrides;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace OrleansStream.Storage.GrainStates;

/// <summary>Adds grain storage with group commit to a silo.</summary>
public static class GroupCommitGrainStorageExtensions
{
    /// <summary>Grain states written by group commit, as the provider of that name.</summary>
    public static ISiloBuilder AddGroupCommitGrainStorage(this ISiloBuilder silo, string name, Action<GroupCommitGrainStorageOptions> configure) =>
        silo.AddGroupCommitGrainStorage(name, options => options.Configure(configure));

    /// <summary>Grain states written by group commit, for all grains that name no provider.</summary>
    public static ISiloBuilder AddGroupCommitGrainStorageAsDefault(this ISiloBuilder silo, Action<GroupCommitGrainStorageOptions> configure) =>
        silo.AddGroupCommitGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, configure);

    /// <summary>Grain states written by group commit, as the provider of that name.</summary>
    public static ISiloBuilder AddGroupCommitGrainStorage(this ISiloBuilder silo, string name, Action<OptionsBuilder<GroupCommitGrainStorageOptions>> configure)
    {
        var services = silo.Services;
        configure(services.AddOptions<GroupCommitGrainStorageOptions>(name));
        services.ConfigureNamedOptionForLogging<GroupCommitGrainStorageOptions>(name);
        services.TryAddEnumerable(ServiceDescriptor.Transient<IPostConfigureOptions<GroupCommitGrainStorageOptions>, DefaultStorageProviderSerializerOptionsConfigurator<GroupCommitGrainStorageOptions>>());
        services.AddTransient<IConfigurationValidator>(sp => new GroupCommitGrainStorageValidator(name, sp.GetRequiredService<IOptionsMonitor<GroupCommitGrainStorageOptions>>().Get(name)));
        services.AddGrainStorage(name, Create);
        return silo;
    }

    private static GroupCommitGrainStorage Create(IServiceProvider services, string name) => new(
        name,
        services.GetRequiredService<IOptionsMonitor<GroupCommitGrainStorageOptions>>().Get(name),
        services.GetProviderClusterOptions(name).Value.ServiceId,
        services.GetRequiredService<IActivatorProvider>(),
        services.GetService<TimeProvider>() ?? TimeProvider.System,
        services.GetRequiredService<ILogger<GroupCommitGrainStorage>>());
}
