namespace OrleansStream.Cluster.Tests.Cluster.Soak;

/// <summary>What a run has shown, as a section for docs/PERFORMANCE.md, and what of it is a defect.</summary>
internal static class SoakReport
{
    /// <summary>Compiling, filling caches: what memory does in this time is no leak.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromMinutes(3);

    /// <summary>Defects beside those that the run has noted by itself.</summary>
    public static IEnumerable<string> Problems(RandomFaultRun run)
    {
        foreach (var (name, stability) in Latencies(run))
            if (!stability.Holds) yield return $"The p99 of {name} went from {stability.FirstMs:0.0} to {stability.LastMs:0.0} ms: more than {Stability.MostFactor} times.";
        foreach (var (place, resident, _) in Memories(run))
            if (resident.Leaks) yield return $"{place} has grown by {resident.GrowthMiB:0} MiB in {resident.Over.TotalMinutes:0} min, from {resident.LevelMiB:0} MiB.";
        if (!run.AllFound) yield return "It was not found out whether anything was lost or applied twice, or it was: see the failure.";
    }

    /// <param name="run">It has ended.</param>
    /// <param name="command">How it was started.</param>
    /// <param name="problems">All of them.</param>
    public static string Markdown(RandomFaultRun run, string command, IReadOnlyList<string> problems) => string.Join('\n',
    [
        "### A cluster under random faults",
        "",
        $"`{command}`, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}: 3 silos and 2 gateways as processes, a PostgreSQL and three brokers (the mock cluster) of their own, and the load, all on {Environment.ProcessorCount} cores.",
        $"As many as are answered, {PacedLoad.Senders} at a time, are {run.Capacity:0} transactions/s on {RandomFaultRun.Cards} cards; half of that, {run.Rate:0}/s, comes at an even pace, every fourth waits up to 5 s for its decision. Latency counts from when a",
        "transaction was due. Faults come one at a time, the next when every key is served and some quiet has passed.",
        "",
        .. Results(run),
        "",
        .. Faults(run),
        "",
        .. Memory(run),
        "",
        .. SoakMinutes.Table(run),
        "",
        problems.Count == 0 ? "Nothing was missed." : $"Missed:\n\n{string.Join('\n', problems.Select(p => $"- {p}"))}",
        "",
    ]);

    private static IEnumerable<string> Results(RandomFaultRun run)
    {
        yield return "| | |";
        yield return "|---|---|";
        yield return $"| acknowledged | {run.Acknowledged:n0}; {(run.AllFound ? "0 lost, 0 applied twice" : "not all found once")} |";
        yield return $"| faults | {run.Disturbances.Count} in {run.Length.TotalMinutes:0} min |";
        if (run.Restarted is { } restarted) yield return $"| all three silos restarted one after the other, under load | {restarted.Time.TotalSeconds:0} s, {restarted.Acknowledged:n0} acknowledged |";
        foreach (var (name, stability) in Latencies(run))
            yield return $"| p99 of {name} in quiet windows of 10 s, median: first third → last third | " + (stability.CanBeJudged
                ? $"{stability.FirstMs:0.0} → {stability.LastMs:0.0} ms ({stability.Windows} windows or more; at most {Stability.MostFactor} times) |"
                : $"{stability.FirstMs:0.0} → {stability.LastMs:0.0} ms (not judged: {stability.Windows} windows, {Stability.LeastWindows} are needed) |");
    }

    private static IEnumerable<string> Faults(RandomFaultRun run)
    {
        yield return "| fault | times | every key served again p50, p95, max, s | handed in again after a 503 or a broken connection | told 429 | queries unanswered |";
        yield return "|---|---|---|---|---|---|";
        foreach (var kind in run.Disturbances.GroupBy(d => d.Kind).OrderBy(g => g.Key))
        {
            List<TimeSpan> served = [.. kind.SelectMany(d => d.Served).Order()];
            yield return $"| {kind.Key} | {kind.Count()} | {served.Percentile(0.5).TotalSeconds:0.0}, {served.Percentile(0.95).TotalSeconds:0.0}, {served[^1].TotalSeconds:0.0} | {kind.Sum(d => d.Met.Again.Count)} | " +
                $"{kind.Sum(d => d.Met.Refused)} | {kind.Sum(d => d.Met.Unanswered.Count)} |";
        }
    }

    private static IEnumerable<string> Memory(RandomFaultRun run)
    {
        yield return $"| process that no fault hits, after {WarmUp.TotalMinutes:0} min | resident set, MiB | slope, MiB/h | heap after collections, MiB | slope, MiB/h |";
        yield return "|---|---|---|---|---|";
        foreach (var (place, resident, heap) in Memories(run))
            yield return $"| {place} | {resident.LevelMiB:0} | {resident.MiBPerHour:0.0}{(resident.CanBeJudged ? "" : $" (over {resident.Over.TotalMinutes:0} min: not judged)")} | {heap?.LevelMiB:0} | {heap?.MiBPerHour:0.0} |";
        yield return "";
        yield return $"Slopes are medians over all pairs of samples (Theil and Sen). A leak is growth over the run by more than {MemoryGrowth.MostMiB} MiB and {MemoryGrowth.MostShare:0%}.";
    }

    private static IEnumerable<(string Place, MemoryGrowth Resident, MemoryGrowth? Heap)> Memories(RandomFaultRun run) =>
        from place in run.Memory.Spared
        let resident = MemoryGrowth.Of(run.Memory.ResidentOf(place), WarmUp)
        where resident is not null
        select (place, resident, MemoryGrowth.Of(run.Memory.HeapOf(place), WarmUp));

    private static IEnumerable<(string Name, Stability Stability)> Latencies(RandomFaultRun run)
    {
        List<(TimeSpan, TimeSpan)> disturbances = [.. run.Disturbances.Select(d => (d.From, d.To))];
        yield return ("accepted", Stability.Of(run.Paced.Accepted, run.Length, disturbances));
        yield return ("decided", Stability.Of(run.Paced.Decided, run.Length, disturbances));
    }
}
