using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace OrleansStream.Silo.Cluster;

public static class ClusterExtensions
{
    private static readonly string[] OfAPod = ["KUBERNETES_SERVICE_HOST", "POD_NAME", "POD_NAMESPACE", "POD_IP"];

    /// <summary>One silo of several. Where they meet is in the section <c>Orleans</c>, which Orleans has read by itself.</summary>
    public static ISiloBuilder UseCluster(this ISiloBuilder silo)
    {
        silo.Services.AddOptions<MembershipOptions>().BindConfiguration(MembershipOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        silo.Services.AddOptions<ClusterMembershipOptions>().Configure<IOptions<MembershipOptions>>((orleans, membership) =>
        {
            var own = membership.Value;
            orleans.ProbeTimeout = own.ProbeTimeout;
            orleans.MaxProbeTimeout = 2 * own.ProbeTimeout;
            orleans.NumMissedProbesLimit = own.MissedProbes;
            orleans.NumVotesForDeathDeclaration = own.Votes;
            orleans.DeathVoteExpirationTimeout = own.VoteExpiry;
            orleans.TableRefreshTimeout = own.TableRefresh;
            orleans.IAmAliveTablePublishTimeout = own.Heartbeat;
        });
        silo.Services.AddHostedService<MembershipNotice>();
        // In a pod that says which it is: addresses come from it, and a pod that is gone is a silo that is dead.
        if (IsPod) silo.UseKubernetesHosting();
        return silo;
    }

    private static bool IsPod => OfAPod.All(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 });

    /// <summary>Says at the start how this silo finds the others and when it holds one for dead.</summary>
    private sealed class MembershipNotice(
        IOptions<ClusterOptions> cluster, IOptions<EndpointOptions> endpoints, IOptions<ClusterMembershipOptions> membership, ILogger<MembershipNotice> logger) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken)
        {
            var (at, m) = (endpoints.Value, membership.Value);
            logger.LogInformation(
                "Silo {Address}:{SiloPort}, for gateways {GatewayPort}, of cluster {ClusterId}, service {ServiceId}. Membership: a probe every {Probe:0.##} s (adapted between {Min:0.##} and {Max:0.##} s), " +
                "{Missed} missed are a vote, {Votes} votes are death, a vote counts for {Expiry:0} s; the table is read every {Refresh:0} s.",
                at.AdvertisedIPAddress, at.SiloPort, at.GatewayPort, cluster.Value.ClusterId, cluster.Value.ServiceId, m.ProbeTimeout.TotalSeconds, m.MinProbeTimeout.TotalSeconds,
                m.MaxProbeTimeout.TotalSeconds, m.NumMissedProbesLimit, m.NumVotesForDeathDeclaration, m.DeathVoteExpirationTimeout.TotalSeconds, m.TableRefreshTimeout.TotalSeconds);
            return Task.CompletedTask;
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
