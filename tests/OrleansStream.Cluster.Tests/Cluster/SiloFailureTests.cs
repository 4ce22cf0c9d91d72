using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Cluster;

/// <summary>Three silos and gateways on PostgreSQL and Kafka, as processes: killed, restarted, cut off, under load.</summary>
[TestMethodOrderer(typeof(ByName))]
public sealed class SiloFailureTests(ThreeSilos shared, ITestOutputHelper output) : IClassFixture<ThreeSilos>
{
    private const int Cards = 60;
    // Far above what is expected (15 s): a machine that does other work must not fail the build.
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task ServesEveryKeyAgainAndLosesNothing_WhenASiloIsKilledUnderLoad()
    {
        Assert.SkipWhen(ProductCluster.Missing is not null, ProductCluster.Missing ?? "");
        var cluster = await shared.TakeAsync();
        output.WriteLine(await cluster.Silos[0].SeesAsync("Membership:", TimeSpan.Zero));
        await using var load = new CardLoad(cluster, NewRun(), Cards);
        await Recovery.MeasureAsync(cluster, load, TimeProvider.System, Generous);
        load.Start();

        await cluster.Silos[1].KillAsync();
        var served = await Recovery.MeasureAsync(cluster, load, TimeProvider.System, Generous);

        await load.StopAsync();
        output.WriteLine($"After kill -9 of one of 3 silos {Cards} keys were served again: p50 {served.Percentile(0.5).TotalSeconds:0.0} s, p95 {served.Percentile(0.95).TotalSeconds:0.0} s, max {served[^1].TotalSeconds:0.0} s; {load.Acknowledged} acknowledged.");
        Assert.DoesNotContain(load.Failures, f => f.StartsWith("POST", StringComparison.Ordinal));
        await load.AssertAppliedOnceAsync(cluster);
        shared.GiveBack();
    }

    [Fact]
    public async Task FailsNoRequest_WhenAllSilosAreRestartedOneAfterTheOther()
    {
        Assert.SkipWhen(ProductCluster.Missing is not null, ProductCluster.Missing ?? "");
        var cluster = await shared.TakeAsync();
        await using var load = new CardLoad(cluster, NewRun(), Cards);
        load.Start();

        await RollingRestart.OfSilosAsync(cluster);

        await load.StopAsync();
        output.WriteLine($"All silos restarted; {load.Acknowledged} acknowledged, {load.Failures.Count} failed.");
        Assert.True(load.Failures.IsEmpty, string.Join('\n', load.Failures) + "\n" + cluster.Output);
        await load.AssertAppliedOnceAsync(cluster);
        shared.GiveBack();
    }

    [Fact]
    public async Task CorruptsNothing_WhenASiloThatWasVotedDeadComesBack()
    {
        Assert.SkipWhen(ProductCluster.Missing is not null, ProductCluster.Missing ?? "");
        var cluster = await shared.TakeAsync();
        await using var load = new CardLoad(cluster, NewRun(), Cards);
        await Recovery.MeasureAsync(cluster, load, TimeProvider.System, Generous);
        load.Start();

        // It stands still in the middle of its work, its connections open, and goes on when others own its partitions and keys.
        var zombie = cluster.Silos[2];
        zombie.Freeze();
        await cluster.VotedDeadAsync(zombie, Generous);
        var served = await Recovery.MeasureAsync(cluster, load, TimeProvider.System, Generous);
        zombie.Thaw();
        await Recovery.MeasureAsync(cluster, load, TimeProvider.System, Generous);

        await load.StopAsync();
        output.WriteLine($"Once one of 3 silos was voted dead {Cards} keys were served again: p95 {served.Percentile(0.95).TotalSeconds:0.0} s, max {served[^1].TotalSeconds:0.0} s.");
        // It finds out that it is dead, and leaves it to whoever started it to start it anew.
        await zombie.ExitedAsync(Generous);
        await load.AssertAppliedOnceAsync(cluster);
        shared.GiveBack();
    }

    /// <summary>
    /// A real split: the silo lives, goes on with what it has, and its packets are on their way to nowhere until the cable is in again. Cut off from the other silos only, it
    /// can still write; cut off from the database as well, its late writes arrive when others have long taken over.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CorruptsNothing_WhenASiloIsCutOffAndComesBack(bool fromTheDatabase)
    {
        Assert.SkipWhen(ProductCluster.Missing is not null, ProductCluster.Missing ?? "");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Which process holds a connection is asked of /proc.");
        var cluster = await shared.TakeAsync(cuttable: true);
        await using var load = new CardLoad(cluster, NewRun(), Cards);
        await Recovery.MeasureAsync(cluster, load, TimeProvider.System, Generous);
        load.Start();

        var lost = cluster.Silos[2];
        long cutAt = TimeProvider.System.GetTimestamp();
        cluster.CutOff(lost, fromTheDatabase);
        await cluster.VotedDeadAsync(lost, Generous);
        var votedAfter = TimeProvider.System.GetElapsedTime(cutAt);
        var served = await Recovery.MeasureAsync(cluster, load, TimeProvider.System, Generous);
        bool lived = !lost.HasExited;
        cluster.Reconnect(lost);
        await Recovery.MeasureAsync(cluster, load, TimeProvider.System, Generous);

        await load.StopAsync();
        await lost.ExitedAsync(Generous);
        int refused = lost.Output.Split('\n').Count(line => line.Contains("was written by another activation", StringComparison.Ordinal) || line.Contains("has a later owner", StringComparison.Ordinal));
        output.WriteLine($"Cut off from {(fromTheDatabase ? "silos and database" : "silos")}: voted dead after {votedAfter.TotalSeconds:0.0} s; then {Cards} keys served again p95 {served.Percentile(0.95).TotalSeconds:0.0} s; " +
            $"the silo {(lived ? "was alive when the cable was in again" : "had ended by itself")}, {refused} of its rows or owners were refused; {load.Acknowledged} acknowledged.");
        // Without the database it cannot know that it is dead, and must come back to be stopped.
        Assert.True(lived || !fromTheDatabase, lost.Output);
        await load.AssertAppliedOnceAsync(cluster);
        shared.GiveBack();
    }

    private static string NewRun() => $"run{Environment.ProcessId}x{Environment.TickCount64 & 0xffffff}";
}
