namespace OrleansStream.Cluster.Tests.Cluster.Soak;

/// <summary>A run, minute by minute, as rows of a Markdown table.</summary>
internal static class SoakMinutes
{
    public static IEnumerable<string> Table(RandomFaultRun run)
    {
        yield return "| minute | faults | answered/s | accepted p50, p99, ms | decided p50, p99, ms | resident set of silos, MiB | of gateways |";
        yield return "|---|---|---|---|---|---|---|";
        for (int minute = 0; minute < run.Length.TotalMinutes; minute++) yield return Line(run, minute);
    }

    public static string Line(RandomFaultRun run, int minute)
    {
        var end = TimeSpan.FromMinutes(minute + 1);
        var faults = run.Disturbances.Where(d => (int)d.From.TotalMinutes == minute).Select(d => d.Kind);
        var (accepted, decided) = (run.Paced.Accepted.Minute(minute), run.Paced.Decided.Minute(minute));
        double perSecond = ((accepted?.Count ?? 0) + (decided?.Count ?? 0)) / 60.0;
        return $"| {minute + 1} | {string.Join(", ", faults)} | {perSecond:0} | {Ms(accepted)} | {Ms(decided)} | {Memory(run, "silo", end)} | {Memory(run, "gateway", end)} |";

        static string Ms((Cli.Benchmarks.Percentiles Ms, long Count)? latency) => latency is { } known ? $"{known.Ms.P50:0.0}, {known.Ms.P99:0}" : "";
    }

    private static string Memory(RandomFaultRun run, string kind, TimeSpan end)
    {
        double[] each = [.. run.Memory.Places.Where(p => p.StartsWith(kind, StringComparison.Ordinal)).Select(p => run.Memory.ResidentBefore(p, end))];
        return $"{each.Sum():0} ({string.Join(", ", each.Select(mib => $"{mib:0}"))})";
    }
}
