using OrleansStream.Benchmarks.Measuring;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>What all rounds gave.</summary>
internal sealed class CardReport(string[] contenders, int cards, int events, int rounds)
{
    public IReadOnlyList<string> Contenders => contenders;

    public List<double> Spins { get; } = [];

    public List<CardResult> Results { get; } = [];

    public List<CardLatency> Latencies { get; } = [];

    public IReadOnlyList<CardResult> Of(string contender) => [.. Results.Where(r => r.Contender == contender)];

    /// <summary>How many times the other's figure a contender's is, round by round.</summary>
    public Rounds Ratio(string contender, string other, Func<CardResult, double> figure) => Rounds.Of(Of(contender).Zip(Of(other)).Select(p => figure(p.First) / figure(p.Second)));

    public void Print(TextWriter to)
    {
        var spin = Rounds.Of(Spins);
        to.WriteLine($"{rounds} rounds, interleaved, a fresh process each; medians (lowest–highest). {events:n0} payments a pass, {cards:n0} cards, Zipf 1.0; at most {CardContender.Window:n0} without decision; every decision verified. " +
            $"{Environment.ProcessorCount} cores; a fixed spin before each round took {spin.Text} ms; other processes had {Results.Average(r => r.First.Usage.OthersShare):p0} of the CPU, database servers among them.");
        to.WriteLine();
        to.WriteLine("| contender | a shown decision survives | first pass, events/s | per CPU-second | next pass, events/s | per CPU-second | allocated, B/event | grows by, MiB |");
        to.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (string contender in contenders)
        {
            var own = Of(contender);
            to.WriteLine($"| {contender} | {own[0].Contract} | {Rounds.Of(own.Select(r => r.First.Usage.PerSecond)).Thousands} | {Rounds.Of(own.Select(r => r.First.PerCpuSecond)).Thousands} " +
                $"| {Rounds.Of(own.Select(r => r.Next.Usage.PerSecond)).Thousands} | {Rounds.Of(own.Select(r => r.Next.PerCpuSecond)).Thousands} " +
                $"| {Rounds.Of(own.Select(r => (double)r.Next.Usage.AllocatedBytes / r.Next.Usage.Events)).Median:0} | {Rounds.Of(own.Select(r => r.GrowthMiB)).Median:0} |");
        }
        PrintRatios(to);
        PrintLatencies(to);
    }

    private void PrintRatios(TextWriter to)
    {
        to.WriteLine();
        to.WriteLine("| stream against | first pass | per CPU-second | next pass | per CPU-second |");
        to.WriteLine("|---|---|---|---|---|");
        foreach (string stream in contenders.Where(c => c.StartsWith("stream", StringComparison.Ordinal)))
        {
            foreach (string other in contenders.Where(c => !c.StartsWith("stream", StringComparison.Ordinal)))
            {
                var figures = new Func<CardResult, double>[] { r => r.First.Usage.PerSecond, r => r.First.PerCpuSecond, r => r.Next.Usage.PerSecond, r => r.Next.PerCpuSecond };
                to.WriteLine($"| {stream} / {other} | {string.Join(" | ", figures.Select(f => Ratio(stream, other, f)).Select(r => $"{r.Median:0.00} ({r.Low:0.00}–{r.High:0.00})"))} |");
            }
        }
    }

    private void PrintLatencies(TextWriter to)
    {
        if (Latencies.Count == 0) return;
        to.WriteLine();
        to.WriteLine("| latency from due to decided, ms | rate, /s | p50 | p99 | max | CPU, of one core |");
        to.WriteLine("|---|---|---|---|---|---|");
        foreach (var own in Latencies.GroupBy(l => (l.Contender, l.Rate)).OrderBy(g => g.Key.Rate).ThenBy(g => Array.IndexOf(contenders, g.Key.Contender)))
        {
            to.WriteLine(own.Key.Rate == 0
                ? $"| {own.Key.Contender} | idle | | | | {Rounds.Of(own.Select(l => l.CpuShare)).Median:p1} |"
                : $"| {own.Key.Contender} | {own.Key.Rate:n0} | {Rounds.Of(own.Select(l => l.P50)).Text} | {Rounds.Of(own.Select(l => l.P99)).Text} | {own.Max(l => l.Max):0.0} | {Rounds.Of(own.Select(l => l.CpuShare)).Median:p1} |");
        }
    }
}
