using OrleansStream.Streams.KeyStreams;

namespace OrleansStream.Streams.Tests.KeyStreams;

/// <summary>Partitions that change their silo.</summary>
public sealed class KeyStreamClusterTests : KeyStreamOnFakeLog
{
    protected override short Silos => 2;

    protected override int Partitions => 8;

    protected override void Configure(LogStreamOptions options)
    {
        base.Configure(options);
        // Calls to a silo that died fail until it is declared dead: no reason for dead letters.
        options.MaxEventDeliveryTime = TimeSpan.FromMinutes(1);
    }

    [Fact]
    public async Task LoseNothing_WhenSilosComeStopAndDie()
    {
        using var load = new CancellationTokenSource();
        var appending = AppendUntilAsync(load.Token);
        await Cluster.StartAdditionalSiloAsync();
        await WaitForMoreAsync(200);
        await Cluster.KillSiloAsync(Cluster.Silos[1]);
        await WaitForMoreAsync(200);
        await Cluster.StopSiloAsync(Cluster.Silos[1]);
        await WaitForMoreAsync(200);
        await load.CancelAsync();
        await appending;
        await WaitUntilCommittedAsync("one silo is left");
        AssertDelivered("one silo is left");
        Assert.Empty(DeadLetters());
    }

    private async Task AppendUntilAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await AppendAsync(Single, Enumerable.Range(0, 40).Select(i => $"k{i}"));
            await AppendAsync(Pair, Enumerable.Range(0, 10).Select(i => $"k{i}"));
            await Task.Delay(20, CancellationToken.None);
        }
    }

    private Task WaitForMoreAsync(int events)
    {
        int target = Deliveries.Count("first") + events;
        return Wait.UntilAsync(() => Deliveries.Count("first") >= target, $"{events} more events are delivered");
    }
}
