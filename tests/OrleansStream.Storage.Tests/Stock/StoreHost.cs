using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orleans.Serialization;
using OrleansStream.Storage.Postgres;
using OrleansStream.Storage.Sqlite;
using OrleansStream.Storage.Tests.GrainStates;
using OrleansStream.Streams.Checkpoints;

namespace OrleansStream.Storage.Tests.Stock;

/// <summary>A host with the checkpoint store that the configuration asks for.</summary>
internal static class StoreHost
{
    /// <param name="place">Its database.</param>
    /// <param name="provider">Of <see cref="StorageOptions.Provider"/>.</param>
    public static async Task<IHost> StartAsync(StatePlace place, string provider)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["OrleansStream:Storage:Provider"] = provider, ["ConnectionStrings:orleansdb"] = place.ConnectionString, ["Orleans:ServiceId"] = StatePlace.ServiceId,
        });
        builder.Services.AddSerializer();
        if (place.Invariant == "Npgsql") builder.Services.AddPostgresStorage();
        else
            builder.Services.AddSqliteStorage(o => (o.File, o.ServiceId) = (new SqliteConnectionStringBuilder(place.ConnectionString).DataSource, StatePlace.ServiceId));
        var host = builder.Build();
        try
        {
            await host.StartAsync();
            return host;
        }
        catch
        {
            host.Dispose();
            NpgsqlConnection.ClearAllPools();
            throw;
        }
    }

    public static ICheckpointStore StoreOf(IHost host) => host.Services.GetRequiredService<ICheckpointStore>();

    public static (int Version, int Payload) Of(StoredRow? row) => (row!.Version, Assert.Single(row.Payload));
}
