using Microsoft.Data.Sqlite;
using OrleansStream.Storage.Commits;
using OrleansStream.Storage.Postgres;
using OrleansStream.Storage.Sqlite;

namespace OrleansStream.Storage.GrainStates;

/// <summary>A provider's database: its rows, and how its schema comes up to date.</summary>
internal sealed record StateDatabase(IRowDatabase Rows, Func<CancellationToken, Task> MigrateAsync, Func<ValueTask> CloseAsync)
{
    public static StateDatabase Open(GroupCommitGrainStorageOptions options, string serviceId)
    {
        if (options.Invariant == GroupCommitGrainStorageOptions.Sqlite)
        {
            string file = new SqliteConnectionStringBuilder(options.ConnectionString).DataSource;
            var sqlite = new SqliteDatabase(new SqliteStorageOptions { File = file, ServiceId = serviceId, Migrate = options.Migrate });
            return new StateDatabase(new SqliteRows(sqlite, serviceId), cancellationToken => Task.Run(sqlite.Migrate, cancellationToken), () => ValueTask.CompletedTask);
        }
        var postgres = new PostgresDatabase(new PostgresStorageOptions { ConnectionString = options.ConnectionString, ServiceId = serviceId, Migrate = options.Migrate });
        return new StateDatabase(new PostgresRows(postgres.Source, serviceId), postgres.MigrateAsync, postgres.DisposeAsync);
    }
}
