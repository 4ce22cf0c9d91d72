namespace OrleansStream.Testing;

/// <summary>The ways in and out of one silo that a test can cut: from other silos to it, and from it to the database.</summary>
internal sealed class SiloNetwork(int listeningPort, int databasePort) : IAsyncDisposable
{
    /// <summary>Where others reach the silo.</summary>
    public TcpProxy Peers { get; } = new(listeningPort);

    /// <summary>Where it reaches the database.</summary>
    public TcpProxy Database { get; } = new(databasePort);

    public async ValueTask DisposeAsync()
    {
        await Peers.DisposeAsync();
        await Database.DisposeAsync();
    }
}
