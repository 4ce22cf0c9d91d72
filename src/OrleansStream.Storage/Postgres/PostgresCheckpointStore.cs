using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansStream.Storage.Commits;
using OrleansStream.Storage.Schema;

namespace OrleansStream.Storage.Postgres;

/// <summary>Core rows, history and timers in a PostgreSQL database.</summary>
public sealed class PostgresCheckpointStore : GroupCommitCheckpointStore
{
    private readonly PostgresDatabase _database;

    public PostgresCheckpointStore(IOptions<PostgresStorageOptions> options, TimeProvider? time = null, ILogger<PostgresCheckpointStore>? logger = null)
        : this(new PostgresDatabase(options.Value), options.Value.ServiceId, time ?? TimeProvider.System, logger ?? NullLogger<PostgresCheckpointStore>.Instance) { }

    private PostgresCheckpointStore(PostgresDatabase database, string serviceId, TimeProvider time, ILogger logger)
        : base(new PostgresRows(database.Source, serviceId), time, logger) => _database = database;

    /// <summary>Creates or migrates the schema.</summary>
    /// <exception cref="SchemaException">The server or the schema does not fit this code, or cannot be reached; the message says what to do.</exception>
    public Task MigrateAsync(CancellationToken cancellationToken = default) => _database.MigrateAsync(cancellationToken);

    protected override ValueTask CloseAsync() => _database.DisposeAsync();
}
