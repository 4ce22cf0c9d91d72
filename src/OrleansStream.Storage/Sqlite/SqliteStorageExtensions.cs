using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansStream.Storage.Stock;

namespace OrleansStream.Storage.Sqlite;

/// <summary>Adds the store in a file of SQLite.</summary>
public static class SqliteStorageExtensions
{
    /// <summary>Adds the SQLite store. Call it before the silo is added: the schema is brought up to date first.</summary>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, Action<SqliteStorageOptions> configure)
    {
        services.AddOptions<SqliteStorageOptions>()
            .BindConfiguration(SqliteStorageOptions.Section)
            .Configure(configure)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddCheckpointStore(
            sp => ActivatorUtilities.CreateInstance<SqliteCheckpointStore>(sp),
            sp => StockStores.Sqlite(sp.GetRequiredService<IOptions<SqliteStorageOptions>>().Value, sp),
            (store, _) => Task.Run(store.Migrate, CancellationToken.None));
        return services;
    }
}
