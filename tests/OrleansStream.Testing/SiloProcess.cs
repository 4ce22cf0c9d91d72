using Npgsql;

namespace OrleansStream.Testing;

/// <summary><c>OrleansStream.Silo</c> on free loopback ports.</summary>
public sealed class SiloProcess : ProductProcess
{
    private SiloProcess(Uri url, int port, SiloNetwork? network, IEnumerable<KeyValuePair<string, string>> environment) : base("OrleansStream.Silo", url, [], environment) =>
        (Port, Network) = (port, network);

    /// <summary>Where other silos reach it.</summary>
    public int Port { get; }

    /// <summary>What a test can cut; null when it stands on the network itself.</summary>
    internal SiloNetwork? Network { get; }

    /// <summary>Starts it; it is ready later.</summary>
    /// <param name="environment">Its configuration beside its ports.</param>
    /// <param name="cuttable">Whether it can be cut off.</param>
    internal static SiloProcess Begin(IReadOnlyDictionary<string, string> environment, bool cuttable)
    {
        const string database = "ConnectionStrings__orleansdb";
        int[] ports = FreePorts.Next(3);
        var network = cuttable ? new SiloNetwork(ports[1], new NpgsqlConnectionStringBuilder(environment[database]).Port) : null;
        int port = network?.Peers.Port ?? ports[1];
        var told = new Dictionary<string, string>(environment)
        {
            [database] = network is null ? environment[database] : Through(network.Database, environment[database]),
            ["Orleans__Endpoints__SiloPort"] = FormattableString.Invariant($"{port}"),
            ["Orleans__Endpoints__GatewayPort"] = FormattableString.Invariant($"{ports[2]}"),
        };
        if (!environment.ContainsKey(UrlVariable))
        {
            told["Orleans__Endpoints__SiloListeningEndpoint"] = FormattableString.Invariant($"127.0.0.1:{ports[1]}");
            // By itself Orleans takes an address of the machine; tests stay on the loopback interface, unless they show what an orchestrator's variables do.
            told["Orleans__Endpoints__AdvertisedIPAddress"] = "127.0.0.1";
        }
        var silo = new SiloProcess(FreePorts.Url(ports[0]), port, network, told);
        silo.Start();
        return silo;
    }

    /// <summary>Whether the process holds the end of a connection with this local port.</summary>
    internal bool Holds(int port) => !HasExited && SocketOwner.Holds(Id, port);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (Network is not null) await Network.DisposeAsync();
    }

    /// <summary>Without encryption: not every server has it, and the proxy must see when a statement starts.</summary>
    private static string Through(TcpProxy proxy, string database) =>
        new NpgsqlConnectionStringBuilder(database) { Host = "127.0.0.1", Port = proxy.Port, SslMode = SslMode.Disable, GssEncryptionMode = GssEncryptionMode.Disable }.ToString();
}
