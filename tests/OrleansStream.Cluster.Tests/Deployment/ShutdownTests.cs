using System.Diagnostics;
using System.Net;
using OrleansStream.Cluster.Tests.Cluster;
using OrleansStream.Cluster.Tests.Crash;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Deployment;

/// <summary>What an orchestrator's SIGTERM does to each kind of process under load: not ready at once, served until nobody sends any more, gone in time, nothing lost.</summary>
public sealed class ShutdownTests(ITestOutputHelper output)
{
    private const int Cards = 40;

    /// <summary>What a pod's grace period must cover beside its <c>preStop</c> hook.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(120);

    /// <summary>How long they serve on, not ready any more: as delivered it is two seconds, in which a prober on a machine as busy as this one may not get its turn.</summary>
    private static readonly Dictionary<string, string> Noticed = new() { ["OrleansStream__Shutdown__Notice"] = "00:00:05" };

    /// <summary>One after the other: pages, a gateway, a silo.</summary>
    [Fact]
    public async Task IsNotReadyAtOnceAndFailsNothing_WhenToldToEndUnderLoad()
    {
        Assert.SkipWhen(ProductCluster.Missing is not null, ProductCluster.Missing ?? "");
        await using var cluster = await ProductCluster.StartAsync(silos: 2, gateways: 2, Noticed, Noticed);
        await using var web = await WebProcess.StartAsync(new Dictionary<string, string>(Noticed)
        {
            ["OrleansStream__Web__GatewayUrl"] = cluster.Gateways[0].Url.ToString(), ["OrleansStream__Web__ApiKeyFile"] = cluster.KeyFile,
        });
        // Behind a balancer: nothing is sent to a gateway that is not ready.
        await using var balancer = new ReadyGateways(cluster.Gateways);
        await using var load = new CardLoad(cluster, $"end{Environment.TickCount64 & 0xffffff}", Cards, balancer.Next);
        await Recovery.MeasureAsync(cluster, load, TimeProvider.System, Generous);
        load.Start();
        foreach (var (kind, told) in new (string, ProductProcess)[] { ("web", web), ("gateway", cluster.Gateways[0]), ("silo", cluster.Silos[0]) })
        {
            int before = load.Acknowledged;
            var drained = await ToldToEndAsync(told);
            await Recovery.MeasureAsync(cluster, load, TimeProvider.System, Generous);
            output.WriteLine($"SIGTERM to a {kind}: not ready after {drained.Red.TotalMilliseconds:0} ms, ended after {drained.Ended.TotalSeconds:0.0} s; {load.Acknowledged - before} acknowledged meanwhile, {load.Failures.Count} failed.");
            Assert.True(load.Failures.IsEmpty, $"{kind}: {string.Join('\n', load.Failures)}\n{cluster.Output}");
            Assert.True(drained.Ended < DrainLimit, $"It took {drained.Ended} to end:\n{told.Output}");
        }
        await load.StopAsync();
        await load.AssertAppliedOnceAsync(cluster);
    }

    [Fact]
    public async Task LosesNothing_WhenLocalIsToldToEndUnderLoad()
    {
        var stop = TestContext.Current.CancellationToken;
        using var data = new ScratchDirectory();
        var load = new TransactionLoad(seed: 11, cards: 40, transactions: 6_000);
        var half = new TaskCompletionSource();
        load.Answered = answered => { if (answered == load.Batches / 2) half.TrySetResult(); };
        var first = await LocalProcess.StartAsync(data.Path, 0, "--OrleansStream:Shutdown:Notice=00:00:01");
        var target = first;
        var sending = load.SendAsync(() => Volatile.Read(ref target), stop);
        await half.Task;

        var drained = await ToldToEndAsync(first);

        await using var second = await LocalProcess.StartAsync(data.Path, first.Url.Port);
        Volatile.Write(ref target, second);
        string[] positions = await sending;
        output.WriteLine($"SIGTERM to Local: not ready after {drained.Red.TotalMilliseconds:0} ms, ended after {drained.Ended.TotalSeconds:0.0} s.");
        Assert.Contains("everything accepted is applied", first.Output, StringComparison.Ordinal);
        Assert.True(drained.Ended < DrainLimit, $"It took {drained.Ended} to end:\n{first.Output}");
        var snapshot = await CardsSnapshot.ReadAsync(second, load.CardIds, positions, stop);
        Assert.Equal(load.Count, snapshot.Decisions.Count);
        await first.DisposeAsync();
    }

    /// <summary>How long after the signal readiness was red, as a prober sees it, and the process gone.</summary>
    private static async Task<(TimeSpan Red, TimeSpan Ended)> ToldToEndAsync(ProductProcess process)
    {
        var watch = Stopwatch.StartNew();
        var ending = process.TerminateAsync();
        string answer = "nothing";
        while (!ending.IsCompleted)
        {
            using var ready = await process.Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            answer = await ready.Content.ReadAsStringAsync();
            if (ready.StatusCode == HttpStatusCode.ServiceUnavailable) break;
        }
        var red = watch.Elapsed;
        Assert.True(answer == "Unhealthy", $"It said '{answer}' until it ended:\n{process.Output}");
        Assert.True(await ending == 0, process.Output);
        return (red, watch.Elapsed);
    }
}
