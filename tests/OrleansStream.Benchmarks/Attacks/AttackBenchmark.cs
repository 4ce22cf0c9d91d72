using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrleansStream.Benchmarks.Measuring;
using OrleansStream.Testing;

namespace OrleansStream.Benchmarks.Attacks;

/// <summary>Good traffic beside attackers, each with a key of its own: server, good clients and attackers are three processes. Before each attack the same traffic goes without one.</summary>
internal static class AttackBenchmark
{
    /// <summary>What an attack may make of the good traffic's p99.</summary>
    private const double WorstFactor = 2;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(Settings settings)
    {
        var time = TimeSpan.FromSeconds(settings.Number("seconds", 20));
        int rounds = settings.Number("rounds", 3);
        string only = settings.Text("only", "");
        settings.ThrowIfUnknown();
        var kinds = AttackKinds.All.Where(a => a.Name.Contains(only, StringComparison.OrdinalIgnoreCase)).ToList();
        if (kinds.Count == 0) throw new ArgumentException($"No attack is called '{only}': {string.Join(", ", AttackKinds.All.Select(a => a.Name))}.");
        using var data = new ScratchDirectory();
        string keyFile = Path.Combine(data.Path, "secrets", "first-key");
        await using var server = await LocalProcess.StartAsync(data.Path, 0, $"--OrleansStream:Auth:BootstrapKeyFile={keyFile}");
        string first = (await File.ReadAllTextAsync(keyFile)).Trim(), good = await CreateKeyAsync(server.Url, first), bad = await CreateKeyAsync(server.Url, first);
        // What is compiled at its first use is not what is measured.
        await GoodTraffic.RunAsync(server.Url, good, TimeSpan.FromSeconds(10));
        foreach (var (name, _) in kinds)
        {
            using var attacker = Attacker.Start(name, server.Url, bad);
            await Task.Delay(WarmUp);
            await attacker.EndAsync();
        }
        var quiet = new List<GoodTraffic>();
        var attacked = kinds.Select(k => new Attacked(k.Name, [], [])).ToList();
        for (int round = 1; round <= rounds; round++)
        {
            foreach (var attack in attacked)
            {
                quiet.Add(await GoodTraffic.RunAsync(server.Url, good, time));
                using var attacker = Attacker.Start(attack.Name, server.Url, bad);
                attack.Traffic.Add(await GoodTraffic.RunAsync(server.Url, good, time));
                attack.Answers.Add(await attacker.EndAsync());
                await Console.Error.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture, $"round {round}/{rounds} {attack.Name}: p99 {quiet[^1].P99:0.0} ms before, {attack.Traffic[^1].P99:0.0} ms beside it; slow {attack.Traffic[^1].Slow}"));
            }
        }
        return Print(quiet, attacked, rounds);
    }

    private static int Print(List<GoodTraffic> quiet, List<Attacked> attacked, int rounds)
    {
        var without = Rounds.Of(quiet.Select(q => q.P99));
        Console.WriteLine($"{rounds} rounds, interleaved; medians (lowest–highest).");
        Console.WriteLine();
        Console.WriteLine("| attack | purchases, p50 | p99 | times the p99 without | failed | answers to the attack, last round |");
        Console.WriteLine("|---|---:|---:|---:|---:|---|");
        Console.WriteLine($"| none, {quiet.Count} times | {Rounds.Of(quiet.Select(q => q.P50)).Median:0.0} ms | {Ms(without)} | | {quiet.Sum(q => q.Failed)} of {quiet.Sum(q => q.Sent):n0} | |");
        foreach (var attack in attacked)
            Console.WriteLine($"| {attack.Name} | {Rounds.Of(attack.Traffic.Select(t => t.P50)).Median:0.0} ms | {Ms(attack.P99)} | {attack.P99.Median / without.Median:0.0} | {attack.Failed} of {attack.Traffic.Sum(t => t.Sent):n0} | {attack.Answers[^1]} |");
        return attacked.Any(a => a.Failed > 0 || a.P99.Median > WorstFactor * without.Median) ? 1 : 0;
    }

    private static string Ms(Rounds rounds) => $"{rounds.Median:0} ms ({rounds.Low:0}–{rounds.High:0})";

    private static async Task<string> CreateKeyAsync(Uri url, string first)
    {
        using var http = new HttpClient { BaseAddress = url };
        http.DefaultRequestHeaders.Add("X-Api-Key", first);
        using var answer = await http.PostAsJsonAsync("v1/keys", new JsonObject { ["name"] = "attack", ["scopes"] = new JsonArray("ingest", "read") });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!["key"]!.GetValue<string>();
    }

    /// <summary>The good traffic beside one kind of attack, round by round, and what the attackers were answered.</summary>
    private sealed record Attacked(string Name, List<GoodTraffic> Traffic, List<string> Answers)
    {
        public Rounds P99 => Rounds.Of(Traffic.Select(t => t.P99));

        public int Failed => Traffic.Sum(t => t.Failed);
    }
}
