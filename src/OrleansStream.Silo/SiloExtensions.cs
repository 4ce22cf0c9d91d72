using Microsoft.Extensions.Configuration;
using Orleans.Configuration;
using Orleans.Dashboard;
using OrleansStream.Grains;
using OrleansStream.ServiceDefaults.Cluster;
using OrleansStream.Streams.Hosting;

namespace OrleansStream.Silo;

public static class SiloExtensions
{
    /// <summary>The stream engine with all built-in processors.</summary>
    public static ISiloBuilder AddOrleansStream(this ISiloBuilder silo)
    {
        silo.AddStreamEngine();
        silo.Services.AddOrleansStreamProcessors();
        // A key that is not used for minutes costs memory only; its next transaction reads one row.
        silo.Configure<GrainCollectionOptions>(collection => collection.CollectionAge = TimeSpan.FromMinutes(2));
        return silo;
    }

    /// <summary>What Orleans' dashboard asks a silo for; calls are measured only while somebody looks.</summary>
    public static ISiloBuilder AddOperatorDashboard(this ISiloBuilder silo, IConfiguration configuration) =>
        OperatorDashboard.IsOn(configuration) ? silo.AddDashboard(dashboard => dashboard.HideTrace = true) : silo;
}
