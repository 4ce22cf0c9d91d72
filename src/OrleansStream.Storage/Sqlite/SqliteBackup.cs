using Microsoft.Data.Sqlite;

namespace OrleansStream.Storage.Sqlite;

/// <summary>Copies a state database while its process writes to it: everything that was committed at one moment, nothing of later.</summary>
public static class SqliteBackup
{
    /// <param name="source">The database file.</param>
    /// <param name="target">The copy; it must not be there yet.</param>
    /// <exception cref="IOException">The copy is there already, or the database cannot be read.</exception>
    public static void Copy(string source, string target)
    {
        if (File.Exists(target)) throw new IOException($"'{target}' is there already.");
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = source, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
            connection.Open();
            using var command = connection.CreateCommand();
            // One read transaction: writers go on beside it.
            command.CommandText = "PRAGMA busy_timeout=5000; VACUUM INTO $target";
            command.Parameters.AddWithValue("$target", target);
            command.ExecuteNonQuery();
            using var copy = new FileStream(target, FileMode.Open, FileAccess.ReadWrite);
            copy.Flush(flushToDisk: true);
        }
        catch (SqliteException e)
        {
            throw new IOException($"The states in '{source}' cannot be copied: {e.Message}", e);
        }
    }
}
