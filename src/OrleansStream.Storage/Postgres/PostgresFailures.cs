using Npgsql;
using OrleansStream.Storage.Commits;

namespace OrleansStream.Storage.Postgres;

/// <summary>What PostgreSQL's error codes mean for a transaction (https://www.postgresql.org/docs/current/errcodes-appendix.html).</summary>
internal static class PostgresFailures
{
    /// <summary>Text in PostgreSQL has no NUL.</summary>
    public static bool CanHold(RowIdentity row) => row.Text?.Contains('\0', StringComparison.Ordinal) != true;

    public static CommitFailure Judge(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected } => CommitFailure.Collision,
        PostgresException e when IsOfRow(e.SqlState) => CommitFailure.Row,
        NpgsqlException => CommitFailure.Outage,
        // The client could not put a value on the wire: text that is no Unicode, a value that is too large.
        ArgumentException or InvalidCastException or OverflowException or FormatException => CommitFailure.Row,
        _ => CommitFailure.Outage,
    };

    /// <summary>22 data exception, 23 integrity constraint, 44 check option, 54 program limit exceeded, P0001 raised by a trigger.</summary>
    private static bool IsOfRow(string state) => state[..2] is "22" or "23" or "44" or "54" || state == PostgresErrorCodes.RaiseException;
}
