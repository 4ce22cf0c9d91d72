using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansStream.Benchmarks.Measuring;
using OrleansStream.Storage.GrainStates;
using OrleansStream.Storage.Postgres;
using OrleansStream.Storage.Sqlite;
using OrleansStream.Testing;

namespace OrleansStream.Benchmarks.Storage;

/// <summary>What one process gave.</summary>
/// <param name="Measured">The writes that succeeded, and what they took.</param>
/// <param name="Failed">Writes that threw.</param>
/// <param name="LongestMs">The longest write.</param>
/// <param name="Transactions">Committed in that time, by the store's own counter; 0 for Orleans' provider, whose writes are one each.</param>
internal sealed record StorageResult(Usage Measured, int Failed, double LongestMs, long Transactions);

/// <summary>One provider on one database in one silo: grains that write their states as fast as they can.</summary>
internal static class StorageRun
{
    public static async Task<StorageResult> RunAsync(Settings settings)
    {
        string database = settings.Text("database", "sqlite"), provider = settings.Text("provider", "group-commit"), server = settings.Text("server", "");
        int grains = settings.Number("grains", 64);
        var duration = TimeSpan.FromSeconds(settings.Real("seconds", 5));
        settings.ThrowIfUnknown();
        using var folder = new ScratchDirectory();
        var (invariant, connectionString) = database == "sqlite"
            ? ("System.Data.SQLite", $"Data Source={Path.Combine(folder.Path, "state.db")}")
            : ("Npgsql", server + ";Maximum Pool Size=100");
        await CreateSchemaAsync(invariant, connectionString, Path.Combine(folder.Path, "state.db"));

        using var counter = new StorageCounter();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Critical);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(FreePorts.Next(), gatewayPort: 0, serviceId: "bench", clusterId: "bench");
            if (provider == "stock") silo.AddAdoNetGrainStorage(StateGrain.Provider, o => (o.Invariant, o.ConnectionString) = (invariant, connectionString));
            else silo.AddGroupCommitGrainStorage(StateGrain.Provider, o => (o.Invariant, o.ConnectionString) = (invariant, connectionString));
            // A run is one call, and the stock provider may take long over its last write.
            silo.Configure<Orleans.Configuration.SiloMessagingOptions>(o => o.ResponseTimeout = TimeSpan.FromMinutes(5));
        });
        using var host = builder.Build();
        await host.StartAsync();
        var factory = host.Services.GetRequiredService<IGrainFactory>();
        Task<StateWrites[]> WriteAsync(TimeSpan time) => Task.WhenAll(Enumerable.Range(0, grains).Select(i => factory.GetGrain<IStateGrain>(i).WriteFor(time)));

        await WriteAsync(TimeSpan.FromSeconds(1));
        long before = counter.Transactions;
        StateWrites[] writes = [];
        var usage = await Usage.OfAsync(1, async () => writes = await WriteAsync(duration));
        var result = new StorageResult(usage with { Events = writes.Sum(w => w.Written) }, writes.Sum(w => w.Failed), writes.Max(w => w.LongestMs), counter.Transactions - before);
        await host.StopAsync();
        return result;
    }

    /// <summary>The same for both providers: WAL and synchronous=FULL, or our tables with fsync on.</summary>
    private static async Task CreateSchemaAsync(string invariant, string connectionString, string file)
    {
        if (invariant == "Npgsql")
        {
            await using var store = new PostgresCheckpointStore(Options.Create(new PostgresStorageOptions { ConnectionString = connectionString, ServiceId = "bench" }));
            await store.MigrateAsync();
        }
        else
        {
            using var store = new SqliteCheckpointStore(Options.Create(new SqliteStorageOptions { File = file }));
            store.Migrate();
        }
    }
}
