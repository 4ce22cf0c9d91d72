using System.Globalization;
using OrleansStream.Benchmarks.Measuring;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>The card check through this product alone, with more of one thing at a time: keys, partitions, bytes of state, silos on the same cores. Ratios are taken within rounds.</summary>
internal static class ScalingBenchmark
{
    private static readonly Dictionary<string, Axis> Axes = new()
    {
        ["keys"] = new("cards", "stream", ["10000", "100000", "1000000"]),
        ["partitions"] = new("partitions", "stream", ["1", "2", "4", "8", "16"]),
        ["state"] = new("padding", "stream", ["0", "1024", "4096", "16384"]),
        ["silos"] = new("silos", "stream-kafka", ["1", "2", "3"]),
    };

    public static async Task<int> RunAsync(Settings settings)
    {
        string[] asked = settings.Text("what", string.Join(' ', Axes.Keys)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int events = settings.Number("events", 500_000), rounds = settings.Number("rounds", 3);
        settings.ThrowIfUnknown();
        foreach (string name in asked)
        {
            if (!Axes.TryGetValue(name, out var axis)) throw new ArgumentException($"'{name}' is not known: {string.Join(", ", Axes.Keys)}.");
            if (CardServers.Missing(axis.Contender) is { } missing) Console.WriteLine($"- `{name}` is left out: {missing}");
            else await MeasureAsync(name, axis, events, rounds);
        }
        return 0;
    }

    private static async Task MeasureAsync(string name, Axis axis, int events, int rounds)
    {
        var results = axis.Values.ToDictionary(v => v, _ => new List<CardResult>());
        for (int round = 1; round <= rounds; round++)
        {
            foreach (string value in axis.Values)
            {
                await using var servers = new CardServers();
                var result = await Child.RunAsync<CardResult>(
                    ["cards-run", "--events", $"{events}", "--seed", $"{round}", .. await servers.ArgumentsAsync(axis.Contender), $"--{axis.Option}", value]);
                if (result.Differences + result.Twice > 0) throw new InvalidOperationException($"{name} {value}: {result.Differences:n0} decisions are wrong or missing, {result.Twice:n0} came twice.");
                results[value].Add(result);
                await Console.Error.WriteLineAsync($"round {round}/{rounds} {name} {value,-8} first {result.First.Usage.PerSecond,9:n0}/s  next {result.Next.Usage.PerSecond,9:n0}/s  {result.Next.CpuMicros:0.0} µs of CPU");
            }
        }
        Print(name, axis, events, rounds, results);
    }

    private static void Print(string name, Axis axis, int events, int rounds, Dictionary<string, List<CardResult>> results)
    {
        Console.WriteLine();
        Console.WriteLine($"{rounds} rounds, interleaved, a fresh process each; medians (lowest–highest). {events:n0} payments a pass; every decision verified. CPU is the process's and its servers'; seconds per million events are µs per event.");
        Console.WriteLine();
        Console.WriteLine($"| {name} | first pass, events/s | CPU, µs/event | next pass, events/s | CPU, µs/event | next pass, time per event against {Grouped(axis.Values[0])} | grows by, MiB |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (string value in axis.Values)
        {
            var own = results[value];
            var ratio = Rounds.Of(own.Zip(results[axis.Values[0]]).Select(p => p.First.Next.Usage.WallMicros / p.Second.Next.Usage.WallMicros));
            Console.WriteLine($"| {Grouped(value)} | {Rounds.Of(own.Select(r => r.First.Usage.PerSecond)).Thousands} | {Rounds.Of(own.Select(r => r.First.CpuMicros)).Text} | {Rounds.Of(own.Select(r => r.Next.Usage.PerSecond)).Thousands} " +
                $"| {Rounds.Of(own.Select(r => r.Next.CpuMicros)).Text} | {ratio.Median:0.00} ({ratio.Low:0.00}–{ratio.High:0.00}) | {Rounds.Of(own.Select(r => r.GrowthMiB)).Median:0} |");
        }
    }

    private static string Grouped(string number) => int.Parse(number, CultureInfo.InvariantCulture).ToString("n0", CultureInfo.InvariantCulture);

    /// <param name="Option">Of <c>cards-run</c>.</param>
    /// <param name="Contender">The product's form that has it.</param>
    /// <param name="Values">The first is what the others are compared with.</param>
    private sealed record Axis(string Option, string Contender, string[] Values);
}
