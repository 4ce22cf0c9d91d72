using DbUp;
using Microsoft.Data.Sqlite;
using OrleansStream.Storage.Schema;

namespace OrleansStream.Storage.Sqlite;

/// <summary>Opens connections with the durability the store promises, and brings the schema up to date.</summary>
internal sealed class SqliteDatabase(SqliteStorageOptions options)
{
    private static readonly SchemaScripts Scripts = new("Sqlite");

    // A log this many times as long as it should be is folded by whoever writes.
    private const int LongLog = 8;

    public string File => options.File;

    /// <summary>Pages after which <see cref="SqliteLogFold"/> folds the log.</summary>
    public int FoldPages => options.WalPages;

    /// <summary>For tests: what is done to a connection that is going to write.</summary>
    public Action<SqliteConnection>? WriterOpened { get; init; }

    public SqliteConnection OpenWriter()
    {
        var connection = Open();
        WriterOpened?.Invoke(connection);
        return connection;
    }

    /// <summary>A connection in WAL mode with synchronous=FULL: a commit that returned is on disk.</summary>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(ConnectionString);
        try
        {
            connection.Open();
            Set(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <exception cref="SchemaException">The schema is too new for this code, or could not be brought up to date; the message names the script.</exception>
    public void Migrate()
    {
        if (Path.GetDirectoryName(Path.GetFullPath(options.File)) is { } directory) Directory.CreateDirectory(directory);
        string name = $"'{options.File}'";
        if (ReadVersion().NeedsMigration(Scripts.Latest, name, options.Migrate)) SchemaUpgrade.Run(DeployChanges.To.SqliteDatabase(ConnectionString), Scripts, name);
    }

    private void Set(SqliteConnection connection)
    {
        using var pragma = connection.CreateCommand();
        pragma.CommandText = $"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA cache_size=-32768; PRAGMA wal_autocheckpoint={LongLog * options.WalPages};";
        pragma.ExecuteNonQuery();
    }

    private string ConnectionString => new SqliteConnectionStringBuilder { DataSource = options.File, Pooling = false }.ToString();

    /// <summary>Files of schema versions 1 and 2 do not say which they have, and count as 0: what they lack is known to the scripts' journal.</summary>
    private SchemaVersion ReadVersion()
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1 FROM sqlite_schema WHERE name='OrleansStreamVersions'";
        if (command.ExecuteScalar() is null) return default;
        command.CommandText = SchemaVersion.Query;
        using var reader = command.ExecuteReader();
        return reader.Read() ? new SchemaVersion(reader.GetInt32(0), reader.GetInt32(1)) : default;
    }
}
