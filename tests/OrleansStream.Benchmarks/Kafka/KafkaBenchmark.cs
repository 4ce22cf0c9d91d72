using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansStream.Benchmarks.Engine;
using OrleansStream.Benchmarks.Measuring;
using OrleansStream.KafkaMock;
using OrleansStream.Streams.Jobs;
using OrleansStream.Streams.Kafka;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Benchmarks.Kafka;

/// <summary>
/// What stands in a topic reaches grains: the hot path against plain Confluent.Kafka that only counts, and against plain Confluent.Kafka with one grain call per event. Every
/// run has a topic of its own, filled before, and a fresh process; the brokers are the mock cluster in this process, or real ones (<c>KAFKA_BOOTSTRAP</c>).
/// </summary>
internal static class KafkaBenchmark
{
    /// <summary>What an engine needs beside its topic.</summary>
    public static readonly string[] SharedTopics = ["out", DeadLetter.TopicName, JobRecord.Topic];

    private const string Contenders = "hot calls bare";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static async Task<int> RunAsync(Settings settings)
    {
        string[] contenders = settings.Text("contenders", Contenders).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int keys = settings.Number("keys", 100_000), events = settings.Number("events", 300_000), rounds = settings.Number("rounds", 5), partitions = settings.Number("partitions", 16);
        int idle = settings.Number("idle", 300);
        string json = settings.Text("json", ""), bootstrap = Environment.GetEnvironmentVariable("KAFKA_BOOTSTRAP") ?? "";
        settings.ThrowIfUnknown();
        using var mock = bootstrap.Length == 0 ? new KafkaMockCluster() : null;
        bootstrap = mock?.Bootstrap ?? bootstrap;
        foreach (string shared in SharedTopics) mock?.CreateTopic(shared, 1);
        Console.WriteLine($"{(mock is null ? "Real brokers" : "The mock cluster, in the benchmark's own process")}; {rounds} rounds, interleaved, a fresh process and topic each; medians (lowest–highest).");
        Console.WriteLine();
        var runs = new List<KafkaRunResult>();
        for (int round = 0; round <= rounds; round++)
        {
            foreach (string contender in contenders)
            {
                string topic = $"bench-{Guid.NewGuid():N}";
                var run = new KafkaRun(contender, bootstrap, topic, keys, round == 0 ? events / 2 : events, partitions, mock is not null, round == 0 ? 20 : idle);
                await FillAsync(run, mock);
                var result = await Child.RunAsync<KafkaRunResult>(["kafka-run", "--run", Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(run))]);
                mock?.DeleteTopic(topic);
                if (round == 0) continue;
                runs.Add(result);
                await Console.Error.WriteLineAsync($"round {round}/{rounds} {contender,-6} {result.Measured.PerSecond,9:n0}/s {result.Measured.PerCpuSecond,9:n0}/CPU-s  idle {result.IdleP50Ms:0.00}/{result.IdleP99Ms:0.00} ms  others {result.Measured.OthersShare:p0}");
            }
        }
        Print(runs, contenders, keys, rounds);
        if (json.Length > 0) await File.WriteAllTextAsync(json, JsonSerializer.Serialize(runs, Indented));
        return 0;
    }

    private static void Print(List<KafkaRunResult> runs, string[] contenders, int keys, int rounds)
    {
        Console.WriteLine($"| {keys:n0} keys | events/s | events/CPU-s | idle broker → handler p50, ms | p99, ms | others |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (string contender in contenders)
        {
            var own = runs.Where(r => r.Contender == contender).ToList();
            Console.WriteLine($"| {contender} | {Rounds.Of(own.Select(r => r.Measured.PerSecond)).Thousands} | {Rounds.Of(own.Select(r => r.Measured.PerCpuSecond)).Thousands} " +
                $"| {Two(Rounds.Of(own.Select(r => r.IdleP50Ms)))} | {Two(Rounds.Of(own.Select(r => r.IdleP99Ms)))} | {own.Average(r => r.Measured.OthersShare):p0} |");
        }
        Console.WriteLine();
        Console.WriteLine("| hot against | throughput | CPU | idle p50, ms more |");
        Console.WriteLine("|---|---|---|---|");
        foreach (string against in contenders.Where(c => c != "hot" && contenders.Contains("hot")))
        {
            var met = runs.Where(r => r.Contender == "hot").Zip(runs.Where(r => r.Contender == against)).Take(rounds).ToList();
            Console.WriteLine($"| {against} | {Two(Rounds.Of(met.Select(p => p.First.Measured.PerSecond / p.Second.Measured.PerSecond)))} " +
                $"| {Two(Rounds.Of(met.Select(p => p.First.Measured.PerCpuSecond / p.Second.Measured.PerCpuSecond)))} | {Two(Rounds.Of(met.Select(p => p.First.IdleP50Ms - p.Second.IdleP50Ms)))} |");
        }

        static string Two(Rounds r) => $"{r.Median:0.00} ({r.Low:0.00}–{r.High:0.00})";
    }

    /// <summary>A fifth to warm up, and what is measured: as the gateway appends it.</summary>
    private static async Task FillAsync(KafkaRun run, KafkaMockCluster? mock)
    {
        mock?.CreateTopic(run.Topic, run.Partitions);
        var options = run.LogOptions();
        // The mock gives one batch of a partition per fetch, however small, where brokers give as many as are asked for: full ones, so that it is not what is measured.
        options.Linger = TimeSpan.FromMilliseconds(50);
        await using var log = new KafkaLog(Options.Create(options), TimeProvider.System, NullLogger<KafkaLog>.Instance);
        await log.OpenAsync();
        var workload = new Workload(run.Keys, seed: 1);
        const int batch = 4_000;
        for (long first = 0; first < run.Total; first += batch * 8)
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
            {
                long from = first + i * batch, count = Math.Min(batch, run.Total - from);
                if (count <= 0) return;
                var now = DateTimeOffset.UtcNow;
                await log.AppendAsync(run.Topic, [.. Enumerable.Range(0, (int)count).Select(k => workload.RecordOf(run.Keys + from + k)).Select(r => new LogRecord
                {
                    Key = r.Key, Source = r.Source, Id = r.Id, Time = now, ReceivedAt = now, Value = r.Value,
                })]);
            }));
        }
    }
}
