using Confluent.Kafka;
using OrleansStream.Cluster.Tests.Cluster;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Deployment;

/// <summary>The procedure of docs/OPERATIONS.md, "Backup and restore", for a cluster: a dump of the database under load, offsets noted before it.</summary>
public sealed class RestoreTests(ITestOutputHelper output)
{
    private const string Group = "orleansstream";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task LosesNothingAndCountsNothingTwice_WhenAClusterGoesOnFromADumpTakenUnderLoad()
    {
        Assert.SkipWhen(PostgresServer.OwnMissing is not null, PostgresServer.OwnMissing ?? "");
        var stop = TestContext.Current.CancellationToken;
        using var scratch = new ScratchDirectory();
        string dump = Path.Combine(scratch.Path, "dump.sql");
        await using var cluster = await ProductCluster.StartAsync(silos: 2, gateways: 1);
        await using var load = new CardLoad(cluster, $"restore{Environment.TickCount64 & 0xffffff}", cards: 40);
        await Recovery.MeasureAsync(cluster, load, TimeProvider.System, Limit);
        load.Start();
        await UntilAsync(() => load.Acknowledged > 400);

        using var offsets = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = cluster.Kafka, GroupId = Group, EnableAutoCommit = false }).Build();
        var noted = offsets.Committed(await PartitionsAsync(cluster, stop), Limit).Where(o => o.Offset.Value >= 0).ToList();
        int before = load.Acknowledged;
        await PostgresServer.RunAsync("pg_dump", cluster.Database, "--no-owner", "-f", dump);
        int after = load.Acknowledged;
        await UntilAsync(() => load.Acknowledged > after + 400);
        await load.StopAsync();
        await cluster.StopAsync();

        string restored = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await PostgresServer.RunAsync("psql", restored, "-v", "ON_ERROR_STOP=1", "-q", "-f", dump);
        await PostgresServer.ExecuteAsync(restored, "DELETE FROM OrleansMembershipTable");
        offsets.Commit(noted);
        await cluster.StartOnAsync(restored, silos: 2, gateways: 1);

        output.WriteLine($"{before} were acknowledged when the dump began, {after} when it ended, {load.Acknowledged} in all; {noted.Count} offsets were set back.");
        Assert.Empty(load.Failures);
        await load.AssertAppliedOnceAsync(cluster);
        await Recovery.MeasureAsync(cluster, load, TimeProvider.System, Limit);
    }

    private static async Task<List<TopicPartition>> PartitionsAsync(ProductCluster cluster, CancellationToken stop)
    {
        using var topics = System.Text.Json.JsonDocument.Parse(await cluster.Gateways[0].Http.GetStringAsync(new Uri("/v1/topics", UriKind.Relative), stop));
        return [.. from topic in topics.RootElement.GetProperty("items").EnumerateArray()
                   from partition in topic.GetProperty("partitions").EnumerateArray()
                   select new TopicPartition(topic.GetProperty("name").GetString(), partition.GetProperty("partition").GetInt32())];
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (long started = Environment.TickCount64; !condition(); await Task.Delay(50))
            Assert.True(Environment.TickCount64 - started < Limit.TotalMilliseconds, "The load does not flow.");
    }
}
