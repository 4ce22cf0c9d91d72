using Npgsql;

namespace OrleansStream.Testing;

/// <summary>Silos and gateways as child processes on a PostgreSQL database and a broker of their own.</summary>
public sealed class ProductCluster : IAsyncDisposable
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromMinutes(4);
    private readonly ScratchDirectory _scratch = new();
    private readonly KafkaBroker _broker;
    private readonly bool _cuttable;
    private readonly List<SiloProcess> _silos = [];
    private readonly List<GatewayProcess> _gateways = [];

    private readonly Dictionary<string, string> _silo;
    private readonly Dictionary<string, string> _gateway;

    private ProductCluster(KafkaBroker broker, string database, IReadOnlyDictionary<string, string>? silo, IReadOnlyDictionary<string, string>? gateway, bool cuttable)
    {
        (_broker, _cuttable) = (broker, cuttable);
        (_silo, _gateway) = (With(silo), With(gateway));

        Dictionary<string, string> With(IReadOnlyDictionary<string, string>? own) => new(own ?? new Dictionary<string, string>())
        {
            ["ConnectionStrings__orleansdb"] = database, ["ConnectionStrings__kafka"] = broker.Bootstrap,
            // Five processes start on two cores: they start on half the time when they compile for speed later.
            ["DOTNET_TC_QuickJit"] = "1", ["DOTNET_TieredPGO"] = "0",
        };
    }

    /// <summary>Why there can be none here; null when there can.</summary>
    public static string? Missing => PostgresServer.Missing;

    /// <summary>The database's connection string.</summary>
    public string Database => _silo["ConnectionStrings__orleansdb"];

    /// <summary>The broker, for clients that know nothing of the product.</summary>
    public string Kafka => _broker.Bootstrap;

    /// <summary>The broker, for tests that tell it to fail.</summary>
    public KafkaBroker Broker => _broker;

    /// <summary>The file with the gateways' first key.</summary>
    public string KeyFile => Path.Combine(_scratch.Path, "first-key");

    public IReadOnlyList<SiloProcess> Silos => _silos;

    public IReadOnlyList<GatewayProcess> Gateways => _gateways;

    /// <summary>How much its processes have printed so far, characters.</summary>
    public long Printed => _silos.Cast<ProductProcess>().Concat(_gateways).Sum(p => p.Printed);

    /// <summary>What all processes printed, for failure messages.</summary>
    public string Output => string.Join('\n', _silos.Cast<ProductProcess>().Concat(_gateways).Select(p => $"=== {p.Program} {p.Url}\n{p.Output}"));

    /// <summary>Returns when every silo is ready and every gateway has reached one; with no silo, when gateways accept events.</summary>
    /// <param name="silos">How many.</param>
    /// <param name="gateways">How many.</param>
    /// <param name="silo">What silos are told beside the connection strings.</param>
    /// <param name="gateway">What gateways are told beside the connection strings.</param>
    /// <param name="cuttable">Whether silos can be cut off from each other and from the database.</param>
    /// <param name="server">The database server; default the one that all tests share.</param>
    /// <param name="brokers">What they are like, where they are the mock's.</param>
    public static async Task<ProductCluster> StartAsync(
        int silos, int gateways, IReadOnlyDictionary<string, string>? silo = null, IReadOnlyDictionary<string, string>? gateway = null, bool cuttable = false, PostgresServer? server = null,
        MockBrokers? brokers = null)
    {
        var database = await (server ?? await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        return await StartAsync(new ProductCluster(await KafkaBroker.StartAsync(brokers), database, silo, gateway, cuttable), silos, gateways);
    }

    /// <summary>The same, told what depends on where database and broker are.</summary>
    /// <param name="silos">How many.</param>
    /// <param name="gateways">How many.</param>
    /// <param name="variables">Of the database's connection string and the broker: what silos and what gateways are told.</param>
    public static async Task<ProductCluster> StartAsync(int silos, int gateways, Func<string, string, (Dictionary<string, string> Silo, Dictionary<string, string> Gateway)> variables)
    {
        string database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        var broker = await KafkaBroker.StartAsync();
        var (silo, gateway) = variables(database, broker.Bootstrap);
        return await StartAsync(new ProductCluster(broker, database, silo, gateway, cuttable: false), silos, gateways);
    }

    private static async Task<ProductCluster> StartAsync(ProductCluster cluster, int silos, int gateways)
    {
        try
        {
            await cluster.StartProcessesAsync(silos, gateways);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Puts a new silo in the place of one that ended.</summary>
    public async Task ReplaceAsync(SiloProcess ended)
    {
        int place = _silos.IndexOf(ended);
        _silos[place] = await BeginAsync();
        await ended.DisposeAsync();
    }

    /// <summary>Puts a new silo in the place of each that ended.</summary>
    public async Task ReplaceEndedAsync()
    {
        foreach (var ended in _silos.Where(silo => silo.HasExited).ToList()) await ReplaceAsync(ended);
    }

    /// <summary>Puts a new gateway in the place of one that ended.</summary>
    public async Task ReplaceAsync(GatewayProcess ended)
    {
        int place = _gateways.IndexOf(ended);
        _gateways[place] = await GatewayProcess.StartAsync(_gateway, KeyFile);
        await ended.DisposeAsync();
    }

    /// <summary>Ends all processes in order, the gateways and then the silos; the broker stays.</summary>
    public async Task StopAsync()
    {
        await Task.WhenAll(_gateways.Select(EndAsync));
        await Task.WhenAll(_silos.Select(EndAsync));
        _gateways.Clear();
        _silos.Clear();

        static async Task EndAsync(ProductProcess process)
        {
            if (!process.HasExited) await process.TerminateAsync();
            await process.DisposeAsync();
        }
    }

    /// <summary>Starts anew on another database and the same broker, after <see cref="StopAsync"/>.</summary>
    public async Task StartOnAsync(string database, int silos, int gateways)
    {
        (_silo["ConnectionStrings__orleansdb"], _gateway["ConnectionStrings__orleansdb"]) = (database, database);
        await StartProcessesAsync(silos, gateways);
    }

    public async Task AddSiloAsync() => _silos.Add(await BeginAsync());

    /// <summary>As if the silo's cable to the other silos were out, in both directions, and with <paramref name="database"/> the one to the database, too. Gateways and broker it still reaches.</summary>
    public void CutOff(SiloProcess silo, bool database)
    {
        silo.Network!.Peers.Cut();
        foreach (var other in _silos.Where(other => other != silo)) other.Network!.Peers.Cut(silo.Holds);
        if (database) silo.Network.Database.Cut();
    }

    /// <summary>The cables are in again; what was sent meanwhile arrives.</summary>
    public void Reconnect(SiloProcess silo)
    {
        silo.Network!.Database.Mend();
        foreach (var any in _silos) any.Network!.Peers.Mend();
    }

    /// <summary>Connections that silos have made to the database so far; only where they can be cut off.</summary>
    public int DatabaseConnections => _silos.Sum(silo => silo.Network!.Database.Connections);

    /// <summary>Waits until the others have voted a silo dead.</summary>
    public async Task VotedDeadAsync(SiloProcess silo, TimeSpan limit)
    {
        await using var connection = new NpgsqlConnection(_silo["ConnectionStrings__orleansdb"] + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT count(*) FROM OrleansMembershipTable WHERE Port = @port AND Status = 6", connection) { Parameters = { new("port", silo.Port) } };
        for (long started = Environment.TickCount64; (long)(await command.ExecuteScalarAsync())! == 0; await Task.Delay(100))
            if (Environment.TickCount64 - started > limit.TotalMilliseconds) throw new TimeoutException($"{silo.Url} was not voted dead within {limit}:\n{Output}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _gateways.Cast<ProductProcess>().Concat(_silos)) await process.DisposeAsync();
        await _broker.DisposeAsync();
        _scratch.Dispose();
    }

    private async Task StartProcessesAsync(int silos, int gateways)
    {
        for (int i = 0; i < silos; i++) _silos.Add(SiloProcess.Begin(_silo, _cuttable));
        await Task.WhenAll(_silos.Select(s => s.WaitUntilReadyAsync()));
        for (int i = 0; i < gateways; i++) _gateways.Add(await GatewayProcess.StartAsync(_gateway, KeyFile));
        if (silos > 0) await Task.WhenAll(_gateways.Select(g => g.SeesAsync("Connected to the cluster", ConnectLimit)));
    }

    private async Task<SiloProcess> BeginAsync()
    {
        var silo = SiloProcess.Begin(_silo, _cuttable);
        await silo.WaitUntilReadyAsync();
        return silo;
    }
}
