using System.Net;
using System.Net.Sockets;
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
        AssertRefusedInOrder(refused);
    }

    [Fact]
    public async Task StartIsRefusedWithTheWayOut_WhenThePortIsTaken()
    {
        using var data = new ScratchDirectory();
        using var other = new TcpListener(IPAddress.Loopback, FreePorts.Url(0).Port);
        other.Start();
        var hangsUp = HangUpAsync(other);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => LocalProcess.StartAsync(data.Path, ((IPEndPoint)other.LocalEndpoint).Port));
        other.Stop();
        await hangsUp;

        Assert.Contains("address already in use", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--urls", refused.Message, StringComparison.Ordinal);
        AssertRefusedInOrder(refused);
    }

    [Fact]
    public async Task StartIsRefused_WhenOtherMachinesCouldReachIt()
    {
        using var data = new ScratchDirectory();

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => LocalProcess.StartAsync(data.Path, 0, "--urls", "http://0.0.0.0:0"));

        Assert.Contains("can be reached from other machines", refused.Message, StringComparison.Ordinal);
        AssertRefusedInOrder(refused);
    }

    /// <summary>Whoever connects is not kept waiting.</summary>
    private static async Task HangUpAsync(TcpListener listener)
    {
        try
        {
            while (true) (await listener.AcceptSocketAsync()).Dispose();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private static void AssertRefusedInOrder(InvalidOperationException refused)
    {
        Assert.Contains("OrleansStream.Local ended with 1 before it was ready", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled exception", refused.Message, StringComparison.Ordinal);
    }
}
