namespace OrleansStream.Cluster.Tests.Cluster.Soak;

internal enum FaultKind
{
    /// <summary>kill -9 of a silo; another is started at once.</summary>
    SiloKilled,

    /// <summary>kill -9 of a gateway; another is started at once.</summary>
    GatewayKilled,

    /// <summary>The database crashes and refuses connections.</summary>
    StorageCrashed,

    /// <summary>The database takes connections and answers nobody.</summary>
    StorageFrozen,

    /// <summary>All brokers close their ports and connections.</summary>
    BrokersDown,

    /// <summary>Every answer of the brokers takes 300 ms.</summary>
    BrokersSlow,

    /// <summary>Partitions of the topics in use get other leaders, one every half second.</summary>
    LeadersMoved,
}

/// <summary>One fault.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Victim">Which of those that may be hit, as a number to be taken modulo their count.</param>
/// <param name="Length">How long it lasts; nothing where a process is killed.</param>
/// <param name="Quiet">How long nothing happens after its traces are gone.</param>
internal sealed record PlannedFault(FaultKind Kind, int Victim, TimeSpan Length, TimeSpan Quiet);

/// <summary>
/// Faults in random order, the same for the same seed. They come in rounds: a round has every kind once, silos that are killed three times, so that no kind is left out by
/// chance.
/// </summary>
internal sealed class FaultPlan(int seed, bool brokers)
{
    private static readonly FaultKind[] Processes = [FaultKind.SiloKilled, FaultKind.SiloKilled, FaultKind.SiloKilled, FaultKind.GatewayKilled, FaultKind.StorageCrashed, FaultKind.StorageFrozen];
    private static readonly FaultKind[] Brokers = [FaultKind.BrokersDown, FaultKind.BrokersSlow, FaultKind.LeadersMoved];

    /// <summary>Without end.</summary>
    public IEnumerable<PlannedFault> Faults()
    {
        var random = new Random(seed);
        while (true)
        {
            FaultKind[] round = brokers ? [.. Processes, .. Brokers] : [.. Processes];
            random.Shuffle(round);
            foreach (var kind in round) yield return new PlannedFault(kind, random.Next(1_000), Seconds(LeastOf(kind), MostOf(kind)), Seconds(15, 30));
        }

        TimeSpan Seconds(int least, int most) => TimeSpan.FromSeconds(random.Next(least, most + 1));
    }

    private static int LeastOf(FaultKind kind) => kind switch
    {
        FaultKind.SiloKilled or FaultKind.GatewayKilled => 0,
        FaultKind.BrokersDown => 5,
        _ => 10,
    };

    private static int MostOf(FaultKind kind) => kind switch
    {
        FaultKind.SiloKilled or FaultKind.GatewayKilled => 0,
        FaultKind.BrokersDown => 15,
        _ => 20,
    };
}
