using System.Globalization;
using System.Text.RegularExpressions;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Cluster;

/// <summary>The database goes away under load, for a while: what is handed in stays safe, the edge says when it is too much, and all goes on by itself.</summary>
public sealed partial class StorageOutageTests(ITestOutputHelper output)
{
    /// <summary>How long, in seconds; 120 and more also takes the product's own limits. Default 20.</summary>
    private const string SecondsVariable = "ORLEANSSTREAM_OUTAGE_SECONDS";
    private const int Cards = 120;
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(120);

    /// <param name="frozen">The server takes connections and answers nobody; otherwise it crashes and refuses them.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LosesNothingAndRefusesAtTheEdge_WhenTheDatabaseIsAwayUnderLoad(bool frozen)
    {
        Assert.SkipWhen(PostgresServer.OwnMissing is not null, PostgresServer.OwnMissing ?? "");
        var outage = TimeSpan.FromSeconds(int.TryParse(Environment.GetEnvironmentVariable(SecondsVariable), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) ? seconds : 20);
        var limits = outage < TimeSpan.FromSeconds(120) ? new Dictionary<string, string> { ["OrleansStream__Pressure__MaxStall"] = "00:00:08" } : null;
        await using var server = await PostgresServer.StartOwnAsync();
        await using var cluster = await ProductCluster.StartAsync(silos: 2, gateways: 1, gateway: limits, cuttable: true, server: server);
        await using var load = new CardLoad(cluster, $"out{Environment.ProcessId}x{Environment.TickCount64 & 0xffffff}", Cards);
        await Recovery.MeasureAsync(cluster, load, TimeProvider.System, Generous);
        load.Start();
        await Wait.UntilAsync(() => load.Acknowledged > 3 * Cards, Generous, "the load runs");
        output.WriteLine($"The load runs: {load.Acknowledged} acknowledged.");

        await (frozen ? server.FreezeAsync() : server.StopAsync());
        // What worked until then was no attempt in an outage.
        int connections = cluster.DatabaseConnections;
        double attempts = await AttemptsAsync(cluster);
        int before = load.Acknowledged;
        long printed = cluster.Printed;
        // Nobody has used these keys: each has its row read first, and there are many of them.
        await using var cold = new CardLoad(cluster, $"cold{Environment.ProcessId}x{Environment.TickCount64 & 0xffffff}", 2_000);
        cold.Start();
        await Task.Delay(outage, TestContext.Current.CancellationToken);
        connections = cluster.DatabaseConnections - connections;
        attempts = await AttemptsAsync(cluster) - attempts;
        printed = cluster.Printed - printed;
        int during = load.Acknowledged - before + cold.Acknowledged, refused = load.Refusals.Count + cold.Refusals.Count;
        await (frozen ? server.ThawAsync() : server.StartAgainAsync());

        output.WriteLine($"The database is back: {during} acknowledged meanwhile, {refused} times 429, {attempts:0} transactions tried, {connections} connections made, {printed:n0} characters printed.");
        long started = Environment.TickCount64;
        int known = load.Acknowledged;
        await Wait.UntilAsync(() => load.Acknowledged > known + Cards, Generous, "records are taken again");
        var taken = TimeSpan.FromMilliseconds(Environment.TickCount64 - started);
        output.WriteLine($"Records are taken again after {taken.TotalSeconds:0.0} s.");
        await cold.StopAsync();
        await load.StopAsync();
        output.WriteLine($"{(frozen ? "Frozen" : "Crashed")} for {outage.TotalSeconds:0} s: {during} acknowledged meanwhile, {refused} times 429; {attempts:0} transactions tried and {connections} connections made by 2 silos; " +
            $"records were taken again {taken.TotalSeconds:0.0} s after it was back; {load.Acknowledged + cold.Acknowledged} acknowledged in all.");
        Assert.All(load.Refusals.Concat(cold.Refusals), refusal => Assert.InRange(refusal.RetryAfter.TotalSeconds, 1, 60));
        Assert.Contains(load.Refusals, refusal => refusal.Policy.Contains("\"stalled\"", StringComparison.Ordinal));
        // Per silo one writer and one reader try, and then Orleans' own tables; after the first moments every 2 s each.
        Assert.InRange(attempts, frozen ? 0 : 1, 2 * (10 + outage.TotalSeconds));
        Assert.InRange(printed, 1, 500_000 + 100_000L * (long)outage.TotalSeconds);
        Assert.InRange(connections, 0, 2 * (40 + 4 * outage.TotalSeconds));
        var failures = load.Failures.Concat(cold.Failures).ToList();
        if (failures.Exists(f => f.StartsWith("POST", StringComparison.Ordinal))) Assert.Fail($"{string.Join('\n', failures)}\n{cluster.Output}");
        await load.AssertAppliedOnceAsync(cluster);
        output.WriteLine($"Whatever was acknowledged for the keys in use was counted once; known {(Environment.TickCount64 - started) / 1000.0:0.0} s after the database was back.");
        await cold.AssertAppliedOnceAsync(cluster, cold.CardIds.Where(card => cold.Of(card).Count > 0).Take(100));
    }

    /// <summary>Transactions that the silos have tried, by their own metrics.</summary>
    private static async Task<double> AttemptsAsync(ProductCluster cluster)
    {
        double sum = 0;
        foreach (var silo in cluster.Silos)
            foreach (Match match in Attempts().Matches(await silo.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative)))) sum += double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        return sum;
    }

    [GeneratedRegex(@"^orleansstream_storage_attempts\S* ([0-9.e+]+)", RegexOptions.Multiline)]
    private static partial Regex Attempts();
}
