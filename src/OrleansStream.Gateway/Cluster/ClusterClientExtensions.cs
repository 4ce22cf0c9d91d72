using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace OrleansStream.Gateway.Cluster;

public static class ClusterClientExtensions
{
    // A silo that came is found, and one that went forgotten, within this time.
    private static readonly TimeSpan SilosRefresh = TimeSpan.FromSeconds(5);

    /// <summary>A client of a cluster that may not be there yet. Where it is stands in the section <c>Orleans</c>, which Orleans has read by itself.</summary>
    public static IClientBuilder UseCluster(this IClientBuilder client)
    {
        client.Services.AddSingleton<ClusterConnection>();
        client.Services.AddSingleton<IClientConnectionRetryFilter>(sp => sp.GetRequiredService<ClusterConnection>());
        client.Services.AddSingleton<IOutgoingGrainCallFilter>(sp => sp.GetRequiredService<ClusterConnection>());
        client.Services.AddSingleton<IClusterConnectionStatusObserver>(sp => sp.GetRequiredService<ClusterConnection>());
        client.Services.AddHealthChecks().AddCheck<ClusterConnection>("cluster", HealthStatus.Degraded, ["ready"]);
        client.Configure<Orleans.Configuration.GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = SilosRefresh);
        // The web server starts beside the client, not behind it: events are accepted without a silo.
        client.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);
        return client;
    }
}
