using System.Text.Json;
using OrleansStream.Benchmarks.Measuring;
using OrleansStream.Testing;

namespace OrleansStream.Benchmarks.Storage;

/// <summary>
/// Orleans' provider against group commit: every round runs each once per database, in a fresh process and, on PostgreSQL, a fresh database of a server with fsync on.
/// Then the hot path, for transactions per event.
/// </summary>
internal static class StorageBenchmark
{
    private static readonly string[] Providers = ["stock", "group-commit"];
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static async Task<int> RunAsync(Settings settings)
    {
        string[] databases = settings.Text("databases", "sqlite postgres").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int grains = settings.Number("grains", 64), rounds = settings.Number("rounds", 5), events = settings.Number("events", 300_000);
        double seconds = settings.Real("seconds", 5);
        string json = settings.Text("json", "");
        settings.ThrowIfUnknown();
        await using var server = databases.Contains("postgres") ? await PostgresServer.StartOwnAsync() : null;

        var writes = new List<(string Database, string Provider, StorageResult Result)>();
        var loads = new List<(string Database, EventsResult Result)>();
        var syncs = new List<double>();
        for (int round = 1; round <= rounds; round++)
        {
            foreach (string database in databases)
            {
                syncs.Add(Disk.SyncMs());
                foreach (string provider in Providers)
                {
                    var result = await Child.RunAsync<StorageResult>(
                        ["storage-run", "--database", database, "--provider", provider, "--grains", $"{grains}", "--seconds", FormattableString.Invariant($"{seconds}"), .. await OnAsync(server, database)]);
                    writes.Add((database, provider, result));
                    await Console.Error.WriteLineAsync($"round {round}/{rounds} {database,-8} {provider,-12} {result.Measured.PerSecond,9:n0} writes/s  others {result.Measured.OthersShare:p0}");
                }
                var load = await Child.RunAsync<EventsResult>(["storage-events", "--events", $"{events}", .. await OnAsync(server, database)]);
                loads.Add((database, load));
                await Console.Error.WriteLineAsync($"round {round}/{rounds} {database,-8} hot path     {load.Measured.PerSecond,9:n0} events/s, {load.TransactionsPerEvent:0.0000} transactions per event");
            }
        }
        Print(databases, grains, rounds, writes, loads, Rounds.Of(syncs));
        if (json.Length > 0)
            await File.WriteAllTextAsync(json, JsonSerializer.Serialize(new { syncs, writes = writes.Select(w => new { w.Database, w.Provider, w.Result }), loads = loads.Select(l => new { l.Database, l.Result }) }, Indented));
        return 0;
    }

    private static async Task<string[]> OnAsync(PostgresServer? server, string database) => database == "postgres" ? ["--server", await server!.CreateDatabaseAsync()] : [];

    private static void Print(
        string[] databases, int grains, int rounds, List<(string Database, string Provider, StorageResult Result)> writes, List<(string Database, EventsResult Result)> loads, Rounds sync)
    {
        Console.WriteLine($"{rounds} rounds, interleaved, a fresh process each; medians (lowest–highest). {grains} grains write one state each, again and again; {Environment.ProcessorCount} cores; " +
            $"a commit of 512 bytes takes this disk {sync.Median:0.00} ms ({sync.Low:0.00}–{sync.High:0.00}); other processes had {writes.Average(w => w.Result.Measured.OthersShare):p0} of the CPU (on PostgreSQL: the server).");
        Console.WriteLine();
        Console.WriteLine("| database | provider | state writes/s | writes per transaction | longest write, ms | failed writes |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (string database in databases)
        {
            foreach (string provider in Providers)
            {
                StorageResult[] own = [.. Of(database, provider)];
                string perTransaction = own[0].Transactions == 0 ? "1" : Rounds.Of(own.Select(r => (double)r.Measured.Events / r.Transactions)).Text;
                Console.WriteLine($"| {database} | {provider} | {Rounds.Of(own.Select(r => r.Measured.PerSecond)).Text} | {perTransaction} | {Rounds.Of(own.Select(r => r.LongestMs)).Text} | {own.Sum(r => r.Failed)} |");
            }
        }
        Console.WriteLine();
        foreach (string database in databases)
        {
            var ratio = Rounds.Of(Of(database, "group-commit").Zip(Of(database, "stock"), (ours, stock) => ours.Measured.PerSecond / stock.Measured.PerSecond));
            var load = loads.Where(l => l.Database == database).Select(l => l.Result).ToList();
            Console.WriteLine($"{database}: group commit writes {ratio.Text} times what Orleans' provider does. Under full load the hot path takes {Rounds.Of(load.Select(l => l.TransactionsPerEvent)).Median:0.00000} " +
                $"transactions per event at {Rounds.Of(load.Select(l => l.Measured.PerSecond)).Thousands} events/s.");
        }

        IEnumerable<StorageResult> Of(string database, string provider) => writes.Where(w => w.Database == database && w.Provider == provider).Select(w => w.Result);
    }
}
