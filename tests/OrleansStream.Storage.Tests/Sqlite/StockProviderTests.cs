using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using Orleans.TestingHost;
using OrleansStream.Storage.Sqlite;
using OrleansStream.Streams.Checkpoints;

namespace OrleansStream.Storage.Tests.Sqlite;

/// <summary>Our rows are the rows of Microsoft.Orleans.Persistence.AdoNet: each reads, writes and refuses what the other wrote.</summary>
public sealed class StockProviderTests : IAsyncLifetime
{
    private const string Identity =
        "GrainIdHash=@GrainIdHash AND GrainTypeHash=@GrainTypeHash AND GrainIdN0=@GrainIdN0 AND GrainIdN1=@GrainIdN1 AND GrainTypeString=@GrainTypeString " +
        "AND IFNULL(GrainIdExtensionString, '')=IFNULL(@GrainIdExtensionString, '') AND ServiceId=@ServiceId";

    private readonly string _directory = Directory.CreateTempSubdirectory("orleansstream-stock-").FullName;
    private SqliteCheckpointStore _ours = null!;
    private InProcessTestCluster _cluster = null!;
    private IGrainStorage _stock = null!;

    private string ConnectionString => $"Data Source={Path.Combine(_directory, "state.db")};Pooling=False";

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        _ours = new SqliteCheckpointStore(Options.Create(new SqliteStorageOptions { File = Path.Combine(_directory, "state.db"), ServiceId = builder.Options.ServiceId }));
        _ours.Migrate();
        AddQueries();
        builder.ConfigureSilo((_, silo) => silo.AddAdoNetGrainStorage("stock", options =>
        {
            options.Invariant = "System.Data.SQLite";
            options.ConnectionString = ConnectionString;
        }));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        _stock = _cluster.GetSiloServiceProvider().GetRequiredKeyedService<IGrainStorage>("stock");
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _ours.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData("card", "c-1")]
    [InlineData("a-longer-type.of/grains", "key with spaces/and+slashes")]
    [InlineData("card", "ключ-🔑")]
    public async Task ReadsOurRow_WhenWeWroteIt(string type, string key)
    {
        var grain = GrainId.Create(type, key);
        await _ours.WriteAsync([new CheckpointWrite(grain, 0, Encoding.UTF8.GetBytes("{\"Text\":\"hello\"}"))]);
        var state = new GrainState<Note>(new Note());
        await _stock.ReadStateAsync(type, grain, state);
        Assert.True(state.RecordExists, $"the stock provider finds no row of {grain}");
        Assert.Equal(("hello", "1"), (state.State!.Text, state.ETag));
    }

    [Fact]
    public async Task IsReadByUs_WhenTheStockProviderWroteIt()
    {
        var grain = GrainId.Create("card", "c-1");
        var state = new GrainState<Note>(new Note { Text = "theirs" });
        await _stock.WriteStateAsync("card", grain, state);
        await _stock.WriteStateAsync("card", grain, state);
        var row = await _ours.ReadAsync(grain);
        Assert.NotNull(row);
        Assert.Equal(2, row.Version);
        Assert.Contains("theirs", Encoding.UTF8.GetString(row.Payload), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RefusesTheStale_WhenTheOtherWroteInBetween()
    {
        var grain = GrainId.Create("card", "c-1");
        var state = new GrainState<Note>(new Note { Text = "theirs" });
        await _stock.WriteStateAsync("card", grain, state);
        Assert.Equal(new[] { true }, await _ours.WriteAsync([new CheckpointWrite(grain, 1, Encoding.UTF8.GetBytes("{\"Text\":\"ours\"}"))]));
        await Assert.ThrowsAsync<InconsistentStateException>(() => _stock.WriteStateAsync("card", grain, state));
        await _stock.ReadStateAsync("card", grain, state);
        await _stock.WriteStateAsync("card", grain, state);
        Assert.Equal(new[] { false }, await _ours.WriteAsync([new CheckpointWrite(grain, 2, [0])]));
    }

    /// <summary>The stock provider takes its statements from a table; these are for SQLite what Orleans' scripts are for other databases.</summary>
    private void AddQueries()
    {
        Execute("CREATE TABLE OrleansQuery (QueryKey VARCHAR(64) NOT NULL PRIMARY KEY, QueryText VARCHAR(8000) NOT NULL)");
        AddQuery("ReadFromStorageKey", $"SELECT PayloadBinary, datetime('now'), Version FROM OrleansStorage WHERE {Identity};");
        AddQuery("ClearStorageKey",
            $"UPDATE OrleansStorage SET PayloadBinary=NULL, Version=Version+1 WHERE {Identity} AND Version=@GrainStateVersion RETURNING Version AS NewGrainStateVersion;");
        AddQuery("WriteToStorageKey",
            "INSERT INTO OrleansStorage (GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId, PayloadBinary, ModifiedOn, Version) " +
            "SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString, @ServiceId, @PayloadBinary, datetime('now'), 1 " +
            $"WHERE @GrainStateVersion IS NULL OR EXISTS (SELECT 1 FROM OrleansStorage WHERE {Identity}) " +
            "ON CONFLICT DO UPDATE SET PayloadBinary=@PayloadBinary, ModifiedOn=datetime('now'), Version=Version+1 WHERE Version=@GrainStateVersion " +
            "RETURNING Version AS NewGrainStateVersion;");
    }

    private void AddQuery(string key, string text) => Execute("INSERT INTO OrleansQuery VALUES ($key, $text)", ("$key", key), ("$text", text));

    private void Execute(string sql, params (string Name, string Value)[] parameters)
    {
        using var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }

    /// <summary>A state as a grain would have it; public properties, as JSON needs them.</summary>
    public sealed class Note
    {
        public string Text { get; set; } = "";
    }
}
