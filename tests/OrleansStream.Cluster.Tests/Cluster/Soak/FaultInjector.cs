using System.Globalization;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Cluster.Soak;

/// <summary>
/// Brings a fault over a cluster and heals it. The last silo and the last gateway are spared: what their memory does over the whole run can be seen.
/// </summary>
internal sealed class FaultInjector(ProductCluster cluster, PostgresServer server)
{
    private static readonly string[] LeaderTopics = ["transactions", "decisions"];
    private static readonly TimeSpan LeaderPeriod = TimeSpan.FromMilliseconds(500);

    /// <summary>Returns when nothing is broken any more; a process that was killed is then being replaced, which is what it gives.</summary>
    public async Task<Task> InjectAsync(PlannedFault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.SiloKilled:
                var silo = cluster.Silos[fault.Victim % (cluster.Silos.Count - 1)];
                await silo.KillAsync();
                return cluster.ReplaceAsync(silo);
            case FaultKind.GatewayKilled:
                var gateway = cluster.Gateways[fault.Victim % (cluster.Gateways.Count - 1)];
                await gateway.KillAsync();
                return cluster.ReplaceAsync(gateway);
            case FaultKind.StorageCrashed:
                await server.StopAsync();
                await Task.Delay(fault.Length);
                await server.StartAgainAsync();
                break;
            case FaultKind.StorageFrozen:
                await server.FreezeAsync();
                await Task.Delay(fault.Length);
                await server.ThawAsync();
                break;
            case FaultKind.BrokersDown:
                await TellAllAsync(broker => $"down {broker}");
                await Task.Delay(fault.Length);
                await TellAllAsync(broker => $"up {broker}");
                break;
            case FaultKind.BrokersSlow:
                await TellAllAsync(broker => $"rtt {broker} 300");
                await Task.Delay(fault.Length);
                await TellAllAsync(broker => $"rtt {broker} 0");
                break;
            case FaultKind.LeadersMoved:
                await MoveLeadersAsync(fault);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault.Kind, "No such fault.");
        }
        return Task.CompletedTask;
    }

    private async Task MoveLeadersAsync(PlannedFault fault)
    {
        int moves = (int)(fault.Length / LeaderPeriod);
        for (int i = 0; i < moves; i++, await Task.Delay(LeaderPeriod))
        {
            // Every partition of both topics in turn, and with each turn another broker.
            int at = fault.Victim + i, partition = at / LeaderTopics.Length % cluster.Broker.Partitions, turn = at / (LeaderTopics.Length * cluster.Broker.Partitions);
            int broker = 1 + ((partition + turn) % cluster.Broker.Brokers);
            await cluster.Broker.TellAsync(string.Create(CultureInfo.InvariantCulture, $"leader {LeaderTopics[at % LeaderTopics.Length]} {partition} {broker}"));
        }
    }

    private async Task TellAllAsync(Func<int, FormattableString> command)
    {
        for (int broker = 1; broker <= cluster.Broker.Brokers; broker++) await cluster.Broker.TellAsync(FormattableString.Invariant(command(broker)));
    }
}
