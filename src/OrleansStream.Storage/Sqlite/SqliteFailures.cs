using Microsoft.Data.Sqlite;
using OrleansStream.Storage.Commits;

namespace OrleansStream.Storage.Sqlite;

/// <summary>What SQLite's result codes mean for a transaction (https://www.sqlite.org/rescode.html).</summary>
internal static class SqliteFailures
{
    /// <summary>Constraints, types and sizes are a row's; anything else (busy, full, read-only, I/O, schema) is the file's.</summary>
    public static CommitFailure Judge(Exception exception) => exception switch
    {
        SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_TOOBIG or SQLitePCL.raw.SQLITE_CONSTRAINT or SQLitePCL.raw.SQLITE_MISMATCH } => CommitFailure.Row,
        SqliteException => CommitFailure.Outage,
        ArgumentException or InvalidCastException or OverflowException => CommitFailure.Row,
        _ => CommitFailure.Outage,
    };
}
