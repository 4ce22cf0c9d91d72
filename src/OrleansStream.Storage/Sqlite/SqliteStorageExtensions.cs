using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansStream.Streams.Checkpoints;

namespace OrleansStream.Storage.Sqlite;

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
        services.AddSingleton<SqliteCheckpointStore>();
        services.AddSingleton<ICheckpointStore>(sp => sp.GetRequiredService<SqliteCheckpointStore>());
        services.AddHostedService<SqliteMigration>();
        return services;
    }

    private sealed class SqliteMigration(SqliteCheckpointStore store) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            store.Migrate();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
