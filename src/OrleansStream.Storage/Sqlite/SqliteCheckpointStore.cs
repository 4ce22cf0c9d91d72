using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansStream.Storage.Commits;

namespace OrleansStream.Storage.Sqlite;

/// <summary>Core rows, history and timers in one SQLite file.</summary>
public sealed class SqliteCheckpointStore : GroupCommitCheckpointStore
{
    private readonly SqliteDatabase _database;

    public SqliteCheckpointStore(IOptions<SqliteStorageOptions> options, TimeProvider? time = null, ILogger<SqliteCheckpointStore>? logger = null)
        : this(new SqliteDatabase(options.Value), options.Value.ServiceId, time ?? TimeProvider.System, logger ?? NullLogger<SqliteCheckpointStore>.Instance) { }

    private SqliteCheckpointStore(SqliteDatabase database, string serviceId, TimeProvider time, ILogger logger)
        : base(new SqliteRows(database, serviceId), time, logger) => _database = database;

    /// <summary>Creates or migrates the database.</summary>
    public void Migrate() => _database.Migrate();
}
