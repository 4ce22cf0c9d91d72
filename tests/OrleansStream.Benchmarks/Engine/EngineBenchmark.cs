using System.Text.Json;
using OrleansStream.Benchmarks.Measuring;

namespace OrleansStream.Benchmarks.Engine;

/// <summary>
/// Contenders against each other: every round runs each of them once, in a fresh process, so that what the machine does beside
/// meets all alike. The first round is dropped; medians and extremes are of the others.
/// </summary>
internal static class EngineBenchmark
{
    private const string Contenders = "hot state memory direct keystreams simplecache";

    /// <summary>The stock cache's cursors walk over all streams' messages: with more keys than this, a run takes an hour and says nothing new.</summary>
    private const int MostKeysOfStockCache = 10_000;

    /// <summary>Which contender is set against which, apart from the first against all.</summary>
    private static readonly (string Contender, string Against) Extra = ("keystreams", "simplecache");
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static readonly string[] NotMet = ["–", "–"];

    public static async Task<int> RunAsync(Settings settings)
    {
        string[] contenders = settings.Text("contenders", Contenders).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int[] keys = settings.Numbers("keys", "200,10000,100000");
        int rounds = settings.Number("rounds", 5), seed = settings.Number("seed", 1);
        double scale = settings.Real("scale", 1);
        string json = settings.Text("json", "");
        bool warmUp = settings.Text("warm-up", "true") == "true";
        settings.ThrowIfUnknown();

        var results = new List<EngineResult>();
        var spins = new List<double>();
        for (int round = warmUp ? 0 : 1; round <= rounds; round++)
        {
            foreach (int k in keys)
            {
                spins.Add(Machine.SpinMs());
                foreach (string contender in contenders)
                {
                    if (NameOf(contender) == Extra.Against && k > MostKeysOfStockCache) continue;
                    var result = await Child.RunAsync<EngineResult>(
                        ["engine-run", "--contender", contender, "--keys", $"{k}", "--seed", $"{seed + round}", "--scale", FormattableString.Invariant($"{(round == 0 ? scale / 10 : scale)}")]);
                    if (result.Counted != result.Expected)
                        throw new InvalidOperationException($"{contender} with {k} keys: {result.Counted:n0} events counted, {result.Expected:n0} sent.");
                    if (round == 0) continue;
                    results.Add(result);
                    await Console.Error.WriteLineAsync(
                        $"round {round}/{rounds} {k,7} keys {contender,-30} {result.Measured.PerSecond,9:n0}/s {result.Measured.PerCpuSecond,9:n0}/CPU-s  others {result.Measured.OthersShare:p0}");
                }
            }
        }
        Print(results, contenders, keys, rounds, Rounds.Of(spins));
        if (json.Length > 0) await File.WriteAllTextAsync(json, JsonSerializer.Serialize(new { spins, results }, Indented));
        return 0;
    }

    private static void Print(List<EngineResult> results, string[] contenders, int[] keys, int rounds, Rounds spin)
    {
        Console.WriteLine($"{rounds} rounds, interleaved, a fresh process each; medians (lowest–highest). {Environment.ProcessorCount} cores; a fixed spin before each took " +
            $"{spin.Median:0} ms ({spin.Low:0}–{spin.High:0}); other processes had {results.Average(r => r.Measured.OthersShare):p0} of the CPU.");
        Console.WriteLine();
        Console.WriteLine("| keys | contender | events/s | events/CPU-s | events/call | first touch, CPU µs/key | allocated, B/event | peak MiB | others |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (int k in keys)
        {
            foreach (string contender in contenders)
            {
                var own = results.Where(r => r.Keys == k && r.Contender == contender).ToList();
                if (own.Count == 0) continue;
                Console.WriteLine($"| {k:n0} | {contender} | {Rounds.Of(own.Select(r => r.Measured.PerSecond)).Thousands} | {Rounds.Of(own.Select(r => r.Measured.PerCpuSecond)).Thousands} " +
                    $"| {Rounds.Of(own.Select(r => r.EventsPerCall)).Median:0.0} | {Rounds.Of(own.Select(r => r.FirstTouch.CpuMicros)).Median:0} | {Rounds.Of(own.Select(r => (double)r.Measured.AllocatedBytes / r.Measured.Events)).Median:0} " +
                    $"| {Rounds.Of(own.Select(r => r.PeakMiB)).High:0} | {own.Average(r => r.Measured.OthersShare):p0} |");
            }
        }
        Console.WriteLine();
        PrintRatios(results, contenders, keys, rounds);
    }

    /// <summary>Ratios are taken within a round, where both met the same machine.</summary>
    private static void PrintRatios(List<EngineResult> results, string[] contenders, int[] keys, int rounds)
    {
        string? one = contenders.FirstOrDefault(c => NameOf(c) == Extra.Contender), other = contenders.FirstOrDefault(c => NameOf(c) == Extra.Against);
        var pairs = contenders.Skip(1).Select(c => (contenders[0], c)).ToList();
        if (one is not null && other is not null) pairs.Add((one, other));
        Console.WriteLine($"| throughput of | " + string.Join(" | ", keys.SelectMany(k => new[] { $"{k:n0} keys, wall", "CPU" })) + " |");
        Console.WriteLine("|---|" + string.Concat(keys.Select(_ => "---|---|")));
        foreach (var (contender, against) in pairs.Distinct())
        {
            var cells = keys.SelectMany(k =>
            {
                List<EngineResult> Of(string name) => [.. results.Where(r => r.Keys == k && r.Contender == name)];
                var met = Of(contender).Zip(Of(against)).Take(rounds).ToList();
                if (met.Count == 0) return NotMet;
                return new[]
                {
                    Text(Rounds.Of(met.Select(p => p.First.Measured.PerSecond / p.Second.Measured.PerSecond))),
                    Text(Rounds.Of(met.Select(p => p.First.Measured.PerCpuSecond / p.Second.Measured.PerCpuSecond))),
                };
            });
            Console.WriteLine($"| {contender} / {against} | " + string.Join(" | ", cells) + " |");
        }

        static string Text(Rounds r) => $"{r.Median:0.00} ({r.Low:0.00}–{r.High:0.00})";
    }

    /// <summary>A contender without its settings.</summary>
    private static string NameOf(string contender) => contender.Split(':', 2)[0];
}
