using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Providers;
using OrleansStream.ServiceDefaults.Cluster;
using OrleansStream.ServiceDefaults.Deployment;

[assembly: RegisterProvider(OrleansDefaults.PostgresDatabase, "Clustering", "Silo", typeof(PostgresClustering))]
[assembly: RegisterProvider(OrleansDefaults.PostgresDatabase, "Clustering", "Client", typeof(PostgresClustering))]

namespace OrleansStream.ServiceDefaults.Cluster;

/// <summary>
/// <c>Orleans:Clustering:ProviderType=PostgresDatabase</c>, as Aspire's AppHost sets it for a database resource: Orleans' AdoNet clustering on the connection string
/// that <c>ServiceKey</c> names.
/// </summary>
internal sealed class PostgresClustering : IProviderBuilder<ISiloBuilder>, IProviderBuilder<IClientBuilder>
{
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection) =>
        builder.UseAdoNetClustering((OptionsBuilder<AdoNetClusteringSiloOptions> options) => options.Configure<IConfiguration>((clustering, configuration) =>
            (clustering.Invariant, clustering.ConnectionString) = (PostgresProvider.Invariant, PostgresProvider.ConnectionString(configurationSection, configuration))));

    public void Configure(IClientBuilder builder, string? name, IConfigurationSection configurationSection) =>
        builder.UseAdoNetClustering((OptionsBuilder<AdoNetClusteringClientOptions> options) => options.Configure<IConfiguration>((clustering, configuration) =>
            (clustering.Invariant, clustering.ConnectionString) = (PostgresProvider.Invariant, PostgresProvider.ConnectionString(configurationSection, configuration))));
}
