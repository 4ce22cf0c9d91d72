namespace OrleansStream.Cluster.Tests.Cluster.Soak;

/// <summary>A fault and what became of requests from its beginning until some time after all keys were served again.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="From">When it began, since the load's start.</param>
/// <param name="To">When its traces were gone.</param>
/// <param name="Served">One time per key, ascending: from the kill, or from when the fault was healed.</param>
/// <param name="Met">What requests met meanwhile.</param>
internal sealed record Disturbance(FaultKind Kind, TimeSpan From, TimeSpan To, List<TimeSpan> Served, RequestTrouble Met)
{
    /// <summary>A silo that goes is nothing that who hands in can see. A gateway takes its connections with it, the log may refuse, and a store that is away too long makes the edge refuse.</summary>
    public bool MayInterrupt => Kind != FaultKind.SiloKilled;
}

/// <summary>Answers that were no success.</summary>
/// <param name="Failed">Records that were not taken, and not to be handed in again: never allowed.</param>
/// <param name="Again">Handed in again after a 503 or a connection that broke.</param>
/// <param name="Refused">Handed in again after a 429.</param>
/// <param name="Unanswered">Queries.</param>
internal sealed record RequestTrouble(List<string> Failed, List<string> Again, int Refused, List<string> Unanswered)
{
    public bool IsNone => Failed.Count + Again.Count + Refused + Unanswered.Count == 0;

    public string Examples => string.Join("; ", Failed.Concat(Again).Concat(Unanswered).Take(3));

    /// <summary>What has come together since the last time.</summary>
    public static RequestTrouble TakeFrom(CardLoad load)
    {
        var failures = Drain(load.Failures);
        return new RequestTrouble(
            [.. failures.Where(IsRecord)], Drain(load.Interruptions), Drain(load.Refusals).Count, [.. failures.Where(f => !IsRecord(f))]);
    }

    private static bool IsRecord(string failure) => failure.StartsWith("POST", StringComparison.Ordinal);

    private static List<T> Drain<T>(System.Collections.Concurrent.ConcurrentQueue<T> queue)
    {
        var all = new List<T>();
        while (queue.TryDequeue(out var one)) all.Add(one);
        return all;
    }
}
