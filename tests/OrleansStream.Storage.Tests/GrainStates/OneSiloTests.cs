using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using Orleans.TestingHost;
using OrleansStream.Storage.GrainStates;
using OrleansStream.Storage.Sqlite;

namespace OrleansStream.Storage.Tests.GrainStates;

/// <summary>Orleans' provider and ours beside each other in one silo.</summary>
public sealed class OneSiloTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("orleansstream-stock-").FullName;
    private InProcessTestCluster _cluster = null!;
    private IGrainStorage _stock = null!;

    private string ConnectionString => $"Data Source={Path.Combine(_directory, "state.db")};Pooling=False";

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        using (var schema = new SqliteCheckpointStore(Options.Create(new SqliteStorageOptions { File = Path.Combine(_directory, "state.db") }))) schema.Migrate();
        builder.ConfigureSilo((_, silo) => silo
            .AddAdoNetGrainStorage("stock", o => (o.Invariant, o.ConnectionString) = ("System.Data.SQLite", ConnectionString))
            .AddGroupCommitGrainStorage("ours", o => (o.Invariant, o.ConnectionString) = ("System.Data.SQLite", ConnectionString)));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        _stock = _cluster.GetSiloServiceProvider().GetRequiredKeyedService<IGrainStorage>("stock");
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Both registered in one silo, with the serializer that it has by default.</summary>
    [Fact]
    public async Task ReadsTheOthersBytes_WhenTheSilosDefaultsAreUsed()
    {
        var ours = _cluster.GetSiloServiceProvider().GetRequiredKeyedService<IGrainStorage>("ours");
        var grain = GrainId.Create("card", "c-1");
        var state = new GrainState<Note>(new Note { Text = "ours" });
        await ours.WriteStateAsync("note", grain, state);
        var read = new GrainState<Note>(new Note());
        await _stock.ReadStateAsync("note", grain, read);
        Assert.Equal(("ours", "1"), (read.State!.Text, read.ETag));
        read.State.Text = "stock";
        await _stock.WriteStateAsync("note", grain, read);
        await ours.ReadStateAsync("note", grain, state);
        Assert.Equal(("stock", "2"), (state.State!.Text, state.ETag));
    }
}
