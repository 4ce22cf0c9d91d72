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
        var attacked = new List<(string Name, GoodTraffic Traffic, string Answers)>();
        foreach (var (name, _) in kinds)
        {
            quiet.Add(await GoodTraffic.RunAsync(server.Url, good, time));
            using var attacker = Attacker.Start(name, server.Url, bad);
            attacked.Add((name, await GoodTraffic.RunAsync(server.Url, good, time), await attacker.EndAsync()));
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{name}: p99 {quiet[^1].P99:0.0} ms before, {attacked[^1].Traffic.P99:0.0} ms beside it; slow {attacked[^1].Traffic.Slow}"));
        }
        return Print(quiet, attacked);
    }

    private static int Print(List<GoodTraffic> quiet, List<(string Name, GoodTraffic Traffic, string Answers)> attacked)
    {
        var p99 = Rounds.Of(quiet.Select(q => q.P99));
        Console.WriteLine("| attack | purchases, p50 | p99 | times the p99 without | failed | answers to the attack |");
        Console.WriteLine("|---|---:|---:|---:|---:|---|");
        Console.WriteLine($"| none, {quiet.Count} times, medians | {Rounds.Of(quiet.Select(q => q.P50)).Median:0.0} ms | {p99.Median:0} ms ({p99.Low:0}–{p99.High:0}) | | {quiet.Sum(q => q.Failed)} of {quiet.Sum(q => q.Sent):n0} | |");
        foreach (var (name, traffic, answers) in attacked)
            Console.WriteLine($"| {name} | {traffic.P50:0.0} ms | {traffic.P99:0} ms | {traffic.P99 / p99.Median:0.0} | {traffic.Failed} of {traffic.Sent:n0} | {answers} |");
        return attacked.Any(a => a.Traffic.Failed > 0 || a.Traffic.P99 > WorstFactor * p99.Median) ? 1 : 0;
    }

    private static async Task<string> CreateKeyAsync(Uri url, string first)
    {
        using var http = new HttpClient { BaseAddress = url };
        http.DefaultRequestHeaders.Add("X-Api-Key", first);
        using var answer = await http.PostAsJsonAsync("v1/keys", new JsonObject { ["name"] = "attack", ["scopes"] = new JsonArray("ingest", "read") });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!["key"]!.GetValue<string>();
    }
}
