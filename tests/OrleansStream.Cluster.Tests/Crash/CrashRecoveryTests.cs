using System.Collections.Concurrent;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Crash;

/// <summary>The product's binary, killed with SIGKILL in the middle of a load, against an undisturbed run of the same load.</summary>
public sealed class CrashRecoveryTests(ITestOutputHelper output)
{
    private const int Kills = 5;

    [Fact]
    public async Task ProfilesAndDecisionsEqualAnUndisturbedRun_WhenKilledAtRandomMomentsOfTheLoad()
    {
        int seed = Environment.GetEnvironmentVariable("ORLEANSSTREAM_SEED") is { } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : Environment.TickCount & 0xffff;
        output.WriteLine($"ORLEANSSTREAM_SEED={seed}");
        var stop = TestContext.Current.CancellationToken;
        using var calmData = new ScratchDirectory();
        using var crashData = new ScratchDirectory();

        var expected = await RunAsync(new TransactionLoad(seed, cards: 60, transactions: 8_000), calmData.Path, [], seed, stop);
        var load = new TransactionLoad(seed, cards: 60, transactions: 8_000);
        var random = new Random(seed);
        var moments = Enumerable.Range(0, Kills).Select(_ => random.Next(5, load.Batches - 5)).ToHashSet();
        var actual = await RunAsync(load, crashData.Path, moments, seed, stop);

        Assert.Equal(expected.Profiles, actual.Profiles);
        Assert.Equal(expected.Decisions, actual.Decisions);
        Assert.Equal(load.Count, actual.Decisions.Count);
    }

    private async Task<CardsSnapshot> RunAsync(TransactionLoad load, string data, HashSet<int> kills, int seed, CancellationToken stop)
    {
        var local = await LocalProcess.StartAsync(data);
        int port = local.Url.Port;
        var random = new Random(seed);
        var gate = new SemaphoreSlim(1, 1);
        var crashes = new ConcurrentBag<Task>();
        load.Answered = answered =>
        {
            if (!kills.Contains(answered)) return;
            var delay = TimeSpan.FromMilliseconds(random.Next(0, 50));
            crashes.Add(CrashAsync(answered, delay));
        };
        string[] positions = await load.SendAsync(() => local, stop);
        await Task.WhenAll(crashes);
        var snapshot = await CardsSnapshot.ReadAsync(local, load.CardIds, positions, stop);
        var published = await DecisionStreamReader.ReadIdsAsync(local, load.Count, stop);
        Assert.Equal(load.Count, published.Distinct().Count());
        await local.DisposeAsync();
        gate.Dispose();
        return snapshot;

        async Task CrashAsync(int answered, TimeSpan delay)
        {
            await Task.Delay(delay, stop);
            await gate.WaitAsync(stop);
            try
            {
                output.WriteLine($"kill -9 {delay.TotalMilliseconds} ms after answer {answered} of {load.Batches}");
                await local.KillAsync();
                var dead = local;
                local = await LocalProcess.StartAsync(data, port);
                await dead.DisposeAsync();
            }
            finally
            {
                gate.Release();
            }
        }
    }
}
