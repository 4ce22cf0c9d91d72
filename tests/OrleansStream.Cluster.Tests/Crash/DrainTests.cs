using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Crash;

public sealed class DrainTests
{
    [Fact]
    public async Task EverythingAcceptedIsAppliedAndExitCodeIsZero_WhenInterruptedUnderLoad()
    {
        var stop = TestContext.Current.CancellationToken;
        using var data = new ScratchDirectory();
        var load = new TransactionLoad(seed: 7, cards: 40, transactions: 4_000);
        var local = await LocalProcess.StartAsync(data.Path);
        await load.SendAsync(() => local, stop);

        int exitCode = await local.InterruptAsync();

        Assert.True(exitCode == 0, $"Exit code {exitCode}\n{local.Output}");
        Assert.Contains("everything accepted is applied", local.Output, StringComparison.Ordinal);
        await using var next = await LocalProcess.StartAsync(data.Path);
        var snapshot = await CardsSnapshot.ReadAsync(next, load.CardIds, [], stop);
        Assert.Equal(load.Count, snapshot.Decisions.Count);
        await local.DisposeAsync();
    }

    [Fact]
    public async Task StartIsRefusedWithTheWayOut_WhenTheDataDirectoryIsInUse()
    {
        using var data = new ScratchDirectory();
        await using var first = await LocalProcess.StartAsync(data.Path);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => LocalProcess.StartAsync(data.Path));

        Assert.Contains("is in use by another process", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--data", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartIsRefused_WhenOtherMachinesCouldReachIt()
    {
        using var data = new ScratchDirectory();

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => LocalProcess.StartAsync(data.Path, 0, "--urls", "http://0.0.0.0:0"));

        Assert.Contains("can be reached from other machines", refused.Message, StringComparison.Ordinal);
    }
}
