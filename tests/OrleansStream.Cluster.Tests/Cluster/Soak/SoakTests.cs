using System.Diagnostics;
using System.Globalization;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Cluster.Soak;

/// <summary>
/// The endurance run: three silos and two gateways as processes on PostgreSQL and Kafka, under load, one silo killed every 20 s, the next only when every key is served and
/// its successor is up; then all silos restarted one after the other. With faults of other kinds: <see cref="RandomFaultSoakTests"/>. The short form is <see cref="SiloFailureTests"/>.
/// </summary>
public sealed class SoakTests(ITestOutputHelper output)
{
    internal const string Variable = "ORLEANSSTREAM_SOAK_MINUTES";

    /// <summary>Keeps the records of more than a minute: nothing may be behind by as much, and nobody reads what is older. Four times as many partitions, and less, served keys sooner and took more CPU than two cores have.</summary>
    internal static readonly MockBrokers Brokers = new(Keep: 2_000);

    private const int Cards = 60;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan MostForNearlyAll = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan MostForAny = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan GivenUpAfter = TimeSpan.FromMinutes(2);
    private readonly List<TimeSpan> _served = [];

    [Fact]
    public async Task LosesNothingAndAppliesNothingTwice_ForAsLongAsItIsTold()
    {
        string? minutes = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(minutes), $"Runs for {Variable} minutes when that is set: eng/soak.");
        Assert.SkipWhen(ProductCluster.Missing is not null, ProductCluster.Missing ?? "");
        var length = TimeSpan.FromMinutes(double.Parse(minutes!, CultureInfo.InvariantCulture));

        await using var cluster = await ProductCluster.StartAsync(silos: 3, gateways: 2, brokers: Brokers);
        await using var load = new CardLoad(cluster, $"soak{Environment.ProcessId}x{Environment.TickCount64 & 0xffffff}", Cards);
        await Recovery.MeasureAsync(cluster, load, TimeProvider.System, GivenUpAfter);
        load.Start();
        long started = Stopwatch.GetTimestamp();
        for (int kill = 0; Stopwatch.GetElapsedTime(started) < length; kill++) await KillAsync(cluster, load, kill);
        int acknowledged = load.Acknowledged;
        var failedWhileKilling = load.Failures.ToList();

        load.Failures.Clear();
        long restarting = Stopwatch.GetTimestamp();
        await RollingRestart.OfSilosAsync(cluster);
        await load.StopAsync();
        output.WriteLine($"all 3 silos restarted under load in {Stopwatch.GetElapsedTime(restarting).TotalSeconds:0} s: {load.Acknowledged - acknowledged} acknowledged, {load.Failures.Count} requests failed");

        await load.AssertAppliedOnceAsync(cluster);
        output.WriteLine($"{load.Acknowledged} acknowledged: 0 lost, 0 applied twice");
        _served.Sort();
        output.WriteLine($"{_served.Count / Cards} times kill -9, {Cards} keys each: served again p50 {Seconds(0.5)}, p95 {Seconds(0.95)}, max {_served[^1].TotalSeconds:0.0} s; {failedWhileKilling.Count} requests failed meanwhile");
        Assert.DoesNotContain(failedWhileKilling, f => f.StartsWith("POST", StringComparison.Ordinal));
        Assert.True(load.Failures.IsEmpty, string.Join('\n', load.Failures));
        Assert.True(_served.Percentile(0.95) <= MostForNearlyAll && _served[^1] <= MostForAny, $"p95 {Seconds(0.95)}, max {_served[^1]}: at most {MostForNearlyAll} and {MostForAny}");
    }

    /// <summary>Whoever looks after the silos starts another at once, on the same two cores.</summary>
    private async Task KillAsync(ProductCluster cluster, CardLoad load, int kill)
    {
        long killed = Stopwatch.GetTimestamp();
        int before = load.Acknowledged;
        var victim = cluster.Silos[kill % cluster.Silos.Count];
        await victim.KillAsync();
        var replacing = cluster.ReplaceAsync(victim);
        var served = await Recovery.MeasureAsync(cluster, load, TimeProvider.System, GivenUpAfter);
        _served.AddRange(served);
        await replacing;
        if (Period - Stopwatch.GetElapsedTime(killed) is { Ticks: > 0 } rest) await Task.Delay(rest);
        double seconds = Stopwatch.GetElapsedTime(killed).TotalSeconds;
        output.WriteLine($"kill {kill + 1}: served again p50 {served.Percentile(0.5).TotalSeconds:0.0} s, p95 {served.Percentile(0.95).TotalSeconds:0.0} s, max {served[^1].TotalSeconds:0.0} s; " +
            $"{(load.Acknowledged - before) / seconds:0} acknowledged/s over {seconds:0} s");
    }

    private string Seconds(double share) => $"{_served.Percentile(share).TotalSeconds:0.0} s";
}
