using System.Reflection;
using DbUp;
using DbUp.Engine.Output;
using Microsoft.Data.Sqlite;

namespace OrleansStream.Storage.Sqlite;

/// <summary>Opens connections with the durability the store promises, and brings the schema up to date.</summary>
internal sealed class SqliteDatabase(SqliteStorageOptions options)
{
    /// <summary>A connection in WAL mode with synchronous=FULL: a commit that returned is on disk.</summary>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        using var pragma = connection.CreateCommand();
        pragma.CommandText = $"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA cache_size=-32768; PRAGMA wal_autocheckpoint={options.WalPages};";
        pragma.ExecuteNonQuery();
        return connection;
    }

    /// <exception cref="InvalidOperationException">The schema could not be brought up to date; the message names the script.</exception>
    public void Migrate()
    {
        if (Path.GetDirectoryName(Path.GetFullPath(options.File)) is { } directory) Directory.CreateDirectory(directory);
        var result = DeployChanges.To.SqliteDatabase(ConnectionString)
            .WithScriptsEmbeddedInAssembly(Assembly.GetExecutingAssembly(), name => name.Contains(".Sqlite.Scripts.", StringComparison.Ordinal))
            .WithTransactionPerScript()
            .LogTo(new NoOpUpgradeLog())
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw new InvalidOperationException($"The schema of '{options.File}' could not be brought up to date at script '{result.ErrorScript?.Name}': {result.Error.Message}", result.Error);
    }

    private string ConnectionString => new SqliteConnectionStringBuilder { DataSource = options.File, Pooling = false }.ToString();
}
