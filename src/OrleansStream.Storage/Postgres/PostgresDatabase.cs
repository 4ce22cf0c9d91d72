using DbUp;
using Npgsql;
using OrleansStream.Storage.Schema;

namespace OrleansStream.Storage.Postgres;

/// <summary>The pool of connections, and the schema.</summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    private const int OldestServer = 15;

    /// <summary>Says "OrleansStream schema" to nobody but us: the key of the lock under which silos migrate, one after the other.</summary>
    private const long MigrationLock = 0x4F53_5343_4845_4D41;

    private static readonly SchemaScripts Scripts = new("Postgres");

    private readonly PostgresStorageOptions _options;
    private readonly string _connectionString;

    public PostgresDatabase(PostgresStorageOptions options)
    {
        _options = options;
        _connectionString = Complete(options);
        Source = NpgsqlDataSource.Create(_connectionString);
        var parsed = new NpgsqlConnectionStringBuilder(_connectionString);
        Name = $"'{parsed.Database}' on {parsed.Host}:{parsed.Port}";
    }

    public NpgsqlDataSource Source { get; }

    /// <summary>For messages: without secrets.</summary>
    public string Name { get; }

    /// <summary>Creates or migrates the schema; several processes at once do it one after the other.</summary>
    /// <exception cref="SchemaException">The server or the schema does not fit this code, or a script failed.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        if (connection.PostgreSqlVersion.Major < OldestServer)
            throw new SchemaException($"The database {Name} is PostgreSQL {connection.PostgreSqlVersion}; {OldestServer} is the oldest that works.");
        // Held by the session: it goes with the connection, whatever happens to this process.
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({MigrationLock})", cancellationToken).ConfigureAwait(false);
        try
        {
            var version = await ReadVersionAsync(connection, cancellationToken).ConfigureAwait(false);
            if (version.NeedsMigration(Scripts.Latest, Name, _options.Migrate)) SchemaUpgrade.Run(DeployChanges.To.PostgresqlDatabase(_connectionString), Scripts, Name);
        }
        finally
        {
            await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({MigrationLock})", CancellationToken.None).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => Source.DisposeAsync();

    /// <summary>
    /// What the connection string does not say. A statement that takes too long is given up with its connection and never cancelled on the server: a cancelled
    /// COMMIT that waits for a standby would answer that it succeeded.
    /// </summary>
    private static string Complete(PostgresStorageOptions options)
    {
        var given = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        bool Says(string key) => given.ContainsKey(key) && options.ConnectionString.Contains(key, StringComparison.OrdinalIgnoreCase);
        if (!Says("Maximum Pool Size")) given.MaxPoolSize = options.MaxPoolSize;
        if (!Says("Timeout")) given.Timeout = (int)options.ConnectTimeout.TotalSeconds;
        if (!Says("Command Timeout")) given.CommandTimeout = (int)options.CommandTimeout.TotalSeconds;
        if (!Says("Keepalive")) given.KeepAlive = 30;
        if (!Says("Application Name")) given.ApplicationName = "orleansstream";
        given.CancellationTimeout = -1;
        given.PersistSecurityInfo = false;
        return given.ToString();
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException e)
        {
            throw new SchemaException($"The database {Name} cannot be reached: {e.Message} Start the server, create the database, or correct the connection string.", e);
        }
    }

    private static async Task<SchemaVersion> ReadVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT to_regclass('orleansstreamversions') IS NOT NULL";
        if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true) return default;
        command.CommandText = SchemaVersion.Query;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? new SchemaVersion(reader.GetInt32(0), reader.GetInt32(1)) : default;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
