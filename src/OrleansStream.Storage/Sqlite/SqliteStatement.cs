using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OrleansStream.Storage.Sqlite;

/// <summary>
/// A statement prepared once and run again and again. What Microsoft.Data.Sqlite does per execution (names of parameters, boxes, a reader) is half of a
/// row's cost; this binds by position. Parameters count from 1 and keep their values until bound anew.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    /// <exception cref="SqliteException">The text is none of this database's.</exception>
    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(_database, sql, out _statement));
    }

    public void Bind(int parameter, long? value) =>
        Check(value is { } number ? raw.sqlite3_bind_int64(_statement, parameter, number) : raw.sqlite3_bind_null(_statement, parameter));

    public void Bind(int parameter, string? value)
    {
        if (value is null)
        {
            Check(raw.sqlite3_bind_null(_statement, parameter));
            return;
        }
        if (value.Length == 0)
        {
            // An empty span has no address, and SQLite would take it for null.
            Check(raw.sqlite3_bind_text(_statement, parameter, value));
            return;
        }
        int most = Encoding.UTF8.GetMaxByteCount(value.Length);
        byte[]? rented = most > 512 ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> bytes = rented ?? stackalloc byte[512];
        Check(raw.sqlite3_bind_text(_statement, parameter, bytes[..Encoding.UTF8.GetBytes(value, bytes)]));
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }

    public void Bind(int parameter, ReadOnlySpan<byte> value) =>
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, parameter, 0) : raw.sqlite3_bind_blob(_statement, parameter, value));

    /// <summary>Runs it to its end.</summary>
    /// <returns>How many rows it changed.</returns>
    /// <exception cref="SqliteException">It failed; the transaction may be over.</exception>
    public int Run()
    {
        while (Step())
        {
            // What it answers is of no interest here.
        }
        return raw.sqlite3_changes(_database);
    }

    /// <summary>Runs a statement that answers a number for the row it changed.</summary>
    /// <returns>That number; null when it changed nothing.</returns>
    /// <exception cref="SqliteException">It failed; the transaction may be over.</exception>
    public long? RunReturning()
    {
        long? value = null;
        while (Step()) value = raw.sqlite3_column_int64(_statement, 0);
        return value;
    }

    /// <summary>Runs a query to its end.</summary>
    /// <param name="read">Makes something of the row at which the statement stands.</param>
    /// <exception cref="SqliteException">It failed.</exception>
    public List<T> Query<T>(Func<SqliteStatement, T> read)
    {
        var rows = new List<T>();
        while (Step()) rows.Add(read(this));
        return rows;
    }

    /// <summary>Of the row at which a query stands; columns count from 0.</summary>
    public long? Number(int column) => IsNull(column) ? null : raw.sqlite3_column_int64(_statement, column);

    /// <inheritdoc cref="Number"/>
    public byte[]? Bytes(int column) => IsNull(column) ? null : raw.sqlite3_column_blob(_statement, column).ToArray();

    /// <inheritdoc cref="Number"/>
    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    public void Dispose() => _statement.Dispose();

    private bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    /// <summary>Whether there is a row; at the end the statement is ready to run again.</summary>
    private bool Step()
    {
        int code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW) return true;
        Check(code);
        raw.sqlite3_reset(_statement);
        return false;
    }

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _database);
}
