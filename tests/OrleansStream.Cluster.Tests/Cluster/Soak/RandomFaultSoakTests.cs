using System.Globalization;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Cluster.Soak;

/// <summary>The endurance run with random faults of processes, store and broker at half of the cluster's capacity: nothing lost, nothing twice, no leak, no slower at the end.</summary>
public sealed class RandomFaultSoakTests(ITestOutputHelper output)
{
    private const string SeedVariable = "ORLEANSSTREAM_SEED";

    /// <summary>
    /// What is kept of each partition is full after some minutes; as delivered, its filling would look like a leak. And who takes a partition over reads as many ids again:
    /// the mock hands out one batch, here one record, per fetch, a broker a MiB. What is handed in again comes behind all that has piled up while the brokers were down, some
    /// 600 records of each partition after 20 s; who remembers fewer ids takes it twice.
    /// </summary>
    private static readonly Dictionary<string, string> Bounds = new()
    {
        ["OrleansStream__Kafka__TailRecords"] = "1024", ["OrleansStream__Engine__DeduplicationRecords"] = "1200", ["OrleansStream__Engine__DeduplicationMaxRecords"] = "1200",
    };

    [Fact]
    public async Task LosesAndLeaksNothing_UnderRandomFaults()
    {
        string? minutes = Environment.GetEnvironmentVariable(SoakTests.Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(minutes), $"Runs for {SoakTests.Variable} minutes when that is set: eng/soak.");
        Assert.SkipWhen(PostgresServer.OwnMissing is not null, PostgresServer.OwnMissing ?? "");
        int seed = Environment.GetEnvironmentVariable(SeedVariable) is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount & int.MaxValue;
        string command = $"eng/soak --minutes {minutes} --faults all --seed {seed}";
        output.WriteLine(command);

        await using var server = await PostgresServer.StartOwnAsync();
        await using var cluster = await ProductCluster.StartAsync(silos: 3, gateways: 2, Bounds, Bounds, server: server, brokers: SoakTests.Brokers with { Brokers = 3 });
        await using var run = new RandomFaultRun(cluster, server, new FaultPlan(seed, brokers: cluster.Broker.Brokers > 0), TimeSpan.FromMinutes(double.Parse(minutes!, CultureInfo.InvariantCulture)), output);
        try
        {
            await run.RunAsync();
        }
        finally
        {
            if (run.Length > TimeSpan.Zero) Report(run, command);
        }
        Assert.Empty(run.Problems);
    }

    private void Report(RandomFaultRun run, string command)
    {
        run.Problems.AddRange(SoakReport.Problems(run));
        string report = SoakReport.Markdown(run, command, run.Problems), file = Path.Combine(Repository.Root(), "artifacts", "soak", "report.md");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, report);
        output.WriteLine(report);
        output.WriteLine($"It stands in {file}.");
    }
}
