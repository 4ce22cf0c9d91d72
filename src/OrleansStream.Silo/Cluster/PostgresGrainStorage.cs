using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Providers;
using OrleansStream.ServiceDefaults.Cluster;
using OrleansStream.ServiceDefaults.Deployment;
using OrleansStream.Silo.Cluster;

[assembly: RegisterProvider(OrleansDefaults.PostgresDatabase, "GrainStorage", "Silo", typeof(PostgresGrainStorage))]

namespace OrleansStream.Silo.Cluster;

/// <summary><c>Orleans:GrainStorage:NAME</c> as Aspire's AppHost sets it: Orleans' AdoNet storage, for grains that are not the engine's.</summary>
internal sealed class PostgresGrainStorage : IProviderBuilder<ISiloBuilder>
{
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection) =>
        builder.AddAdoNetGrainStorage(name!, (OptionsBuilder<AdoNetGrainStorageOptions> options) => options.Configure<IConfiguration>((storage, configuration) =>
            (storage.Invariant, storage.ConnectionString) = (PostgresProvider.Invariant, PostgresProvider.ConnectionString(configurationSection, configuration))));
}
