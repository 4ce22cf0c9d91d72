using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using OrleansStream.Storage.GrainStates;
using OrleansStream.Storage.Postgres;
using OrleansStream.Storage.Schema;
using OrleansStream.Storage.Sqlite;

namespace OrleansStream.Storage.Stock;

/// <summary>The store on Orleans' provider, for each database.</summary>
internal static class StockStores
{
    private const string HoldsMore =
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM OrleansStreamHistory WHERE ServiceId=@service) OR EXISTS (SELECT 1 FROM OrleansStreamTimers WHERE ServiceId=@service) THEN 1 ELSE 0 END";

    public static StockCheckpointStore Sqlite(SqliteStorageOptions options, IServiceProvider services) => new(async cancellationToken =>
    {
        string connectionString = new SqliteConnectionStringBuilder { DataSource = options.File, Pooling = false }.ToString();
        await using (var connection = new SqliteDatabase(options).Open()) await RefuseMoreAsync(connection, options.ServiceId, $"'{options.File}'").ConfigureAwait(false);
        return await StartAsync(GroupCommitGrainStorageOptions.Sqlite, connectionString, options.ServiceId, services, cancellationToken).ConfigureAwait(false);
    }, SqliteFailures.Judge, _ => true);

    public static StockCheckpointStore Postgres(PostgresStorageOptions options, IServiceProvider services) => new(async cancellationToken =>
    {
        await using var database = new PostgresDatabase(options);
        await using (var connection = await database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false))
            await RefuseMoreAsync(connection, options.ServiceId, database.Name).ConfigureAwait(false);
        return await StartAsync(GroupCommitGrainStorageOptions.Postgres, options.ConnectionString, options.ServiceId, services, cancellationToken).ConfigureAwait(false);
    }, PostgresFailures.Judge, PostgresFailures.CanHold);

    private static Task<IGrainStorage> StartAsync(string invariant, string connectionString, string serviceId, IServiceProvider services, CancellationToken cancellationToken) =>
        StockProvider.StartAsync(
            StockProvider.ForCheckpoints(invariant, connectionString), serviceId, services.GetRequiredService<IActivatorProvider>(), services.GetRequiredService<ILogger<AdoNetGrainStorage>>(), cancellationToken);

    /// <summary>What the provider cannot read must not seem to be absent.</summary>
    private static async Task RefuseMoreAsync(DbConnection connection, string serviceId, string name)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = HoldsMore;
        var service = command.CreateParameter();
        (service.ParameterName, service.Value) = ("@service", serviceId);
        command.Parameters.Add(service);
        if (Convert.ToInt32(await command.ExecuteScalarAsync().ConfigureAwait(false), System.Globalization.CultureInfo.InvariantCulture) == 0) return;
        throw new SchemaException(
            $"The database {name} holds output history or timers of service '{serviceId}', and Orleans' stock provider cannot read them. " +
            $"Set {StorageOptions.Section}:Provider to {StorageOptions.GroupCommit}, or give it a database of its own.");
    }
}
