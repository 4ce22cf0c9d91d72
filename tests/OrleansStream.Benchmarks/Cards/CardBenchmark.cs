using System.Text.Json;
using OrleansStream.Benchmarks.Measuring;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>
/// A card check through this product and through what one would otherwise take, in turn, each in a fresh process; every decision is compared with a plain loop's. A Markdown
/// table, ratios within rounds, and a picture.
/// </summary>
internal static class CardBenchmark
{
    public const string Contenders = "stream stream-postgres stream-kafka worker workers redis postgres memory calls akka";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static async Task<int> RunAsync(Settings settings)
    {
        string[] asked = settings.Text("contenders", Contenders).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int cards = settings.Number("cards", 100_000), events = settings.Number("events", 500_000), rounds = settings.Number("rounds", 3), seconds = settings.Number("seconds", 20);
        string rates = settings.Text("rates", "0,2,1000"), json = settings.Text("json", ""), picture = settings.Text("picture", ""), check = settings.Text("check", "");
        settings.ThrowIfUnknown();
        foreach (string contender in asked)
            if (CardServers.Missing(contender) is { } missing) Console.WriteLine($"- `{contender}` is left out: {missing}");
        string[] contenders = [.. asked.Where(c => CardServers.Missing(c) is null)];

        await using var servers = new CardServers();
        var report = new CardReport(contenders, cards, events, rounds);
        for (int round = 1; round <= rounds; round++)
        {
            report.Spins.Add(Machine.SpinMs());
            foreach (string contender in contenders)
            {
                var result = await Child.RunAsync<CardResult>(["cards-run", "--cards", $"{cards}", "--events", $"{events}", "--seed", $"{round}", .. await servers.ArgumentsAsync(contender)]);
                if (result.Differences + result.Twice > 0)
                    throw new InvalidOperationException($"{contender}: {result.Differences:n0} decisions are wrong or missing, {result.Twice:n0} came twice.");
                report.Results.Add(result with { Contender = contender });
                await Console.Error.WriteLineAsync($"round {round}/{rounds} {contender,-16} first {result.First.Usage.PerSecond,9:n0}/s {result.First.PerCpuSecond,9:n0}/CPU-s  next {result.Next.Usage.PerSecond,9:n0}/s {result.Next.PerCpuSecond,9:n0}/CPU-s  others {result.Next.Usage.OthersShare:p0}");
            }
            foreach (string contender in rates.Length == 0 ? [] : contenders)
            {
                var latencies = await Child.RunAsync<List<CardLatency>>(["cards-latency", "--cards", $"{cards}", "--seconds", $"{seconds}", "--rates", rates, "--seed", $"{round}", .. await servers.ArgumentsAsync(contender)]);
                if (latencies[0].Differences > 0) throw new InvalidOperationException($"{contender}: {latencies[0].Differences:n0} decisions are wrong or missing.");
                report.Latencies.AddRange(latencies.Select(l => l with { Contender = contender }));
                foreach (var l in latencies) await Console.Error.WriteLineAsync($"round {round}/{rounds} {contender,-16} {l.Rate,6}/s p50 {l.P50:0.00} p99 {l.P99:0.00} ms, {l.CpuShare:p1} of a core");
            }
        }
        report.Print(Console.Out);
        if (picture.Length > 0) CardPicture.Save(report, picture);
        if (json.Length > 0) await File.WriteAllTextAsync(json, JsonSerializer.Serialize(report, Indented));
        return check.Length > 0 ? await CardGuard.CheckAsync(report, check) : 0;
    }
}
