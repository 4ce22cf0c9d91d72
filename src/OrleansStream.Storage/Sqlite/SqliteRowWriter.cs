using Microsoft.Data.Sqlite;
using OrleansStream.Storage.Commits;
using SQLitePCL;

namespace OrleansStream.Storage.Sqlite;

/// <summary>Writes core rows, history chunks and timers with statements prepared once.</summary>
internal sealed class SqliteRowWriter : IDisposable
{
    // Parameters 1 to 7 say which row.
    private const int Payload = 8, Version = 9, Number = 10, FirstOffset = 9, IdHashes = 10;

    // SQLITE_DBSTATUS_CACHE_WRITE
    private const int CacheWrite = 9;

    private const string Identity = $"{SqliteRowIdentity.CoreRow} AND Version=?9";

    private readonly SqliteConnection _connection;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _update;
    private readonly SqliteStatement _updateAt;
    private readonly SqliteStatement _clear;
    private readonly SqliteStatement _delete;
    private readonly SqliteStatement _append;
    private readonly SqliteStatement _drop;
    private readonly SqliteTimerWriter _timers;
    private readonly SqliteRowNumbers _numbers = new();

    public SqliteRowWriter(SqliteConnection connection, string serviceId)
    {
        _connection = connection;
        _insert = new SqliteStatement(connection,
            "INSERT INTO OrleansStorage (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, GrainIdExtensionString, ServiceId, PayloadBinary, ModifiedOn, Version) " +
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, datetime('now'), 1) ON CONFLICT DO NOTHING RETURNING rowid");
        const string Update = "UPDATE OrleansStorage SET PayloadBinary=?8, ModifiedOn=datetime('now'), Version=Version+1";
        _update = new SqliteStatement(connection, $"{Update} WHERE {Identity} RETURNING rowid");
        // The sign keeps SQLite from the index of identities.
        _updateAt = new SqliteStatement(connection, $"{Update} WHERE rowid=?10 AND +{Identity}");
        _clear = new SqliteStatement(connection, $"UPDATE OrleansStorage SET PayloadBinary=NULL, ModifiedOn=datetime('now'), Version=Version+1 WHERE {Identity}");
        _delete = new SqliteStatement(connection, $"DELETE FROM OrleansStorage WHERE {Identity}");
        _append = new SqliteStatement(connection,
            "INSERT INTO OrleansStreamHistory (GrainIdHash, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId, Payload, FirstOffset, IdHashes) " +
            "VALUES (?1, ?2, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING");
        _drop = new SqliteStatement(connection,
            $"DELETE FROM OrleansStreamHistory WHERE {SqliteRowIdentity.History} AND FirstOffset<?9");
        foreach (var statement in Statements) statement.Bind(SqliteRowIdentity.Service, serviceId);
        _timers = new SqliteTimerWriter(connection, serviceId);
    }

    /// <summary>One transaction; per write the new version, null when its row did not have the expected one.</summary>
    public int?[] Write(IReadOnlyList<RowWrite> writes)
    {
        var versions = new int?[writes.Count];
        using var transaction = _connection.BeginTransaction(deferred: false);
        _timers.Use(transaction);
        foreach (var (i, number) in InOrderOfTheFile(writes))
        {
            if (!TryWriteRow(writes[i], number)) continue;
            versions[i] = (writes[i].ExpectedVersion ?? 0) + 1;
            Append(writes[i]);
        }
        transaction.Commit();
        return versions;
    }

    /// <summary>Pages written to the log since this was asked last.</summary>
    public long TakePagesWritten()
    {
        raw.sqlite3_db_status(_connection.Handle!, CacheWrite, out int pages, out _, resetFlg: 1);
        return pages;
    }

    public void Dispose()
    {
        foreach (var statement in Statements) statement.Dispose();
        _timers.Dispose();
        _connection.Dispose();
    }

    private SqliteStatement[] Statements => [_insert, _update, _updateAt, _clear, _delete, _append, _drop];

    /// <summary>Rows whose numbers are known first, by number; then the others in the order of the index of identities.</summary>
    private (int Index, long? Number)[] InOrderOfTheFile(IReadOnlyList<RowWrite> writes)
    {
        var order = new (int Index, long? Number)[writes.Count];
        var keys = new long[writes.Count];
        for (int i = 0; i < keys.Length; i++)
        {
            var number = _numbers.Find(writes[i].Row);
            order[i] = (i, number);
            keys[i] = number ?? (1L << 62) + writes[i].Row.IdHash;
        }
        Array.Sort(keys, order);
        return order;
    }

    private bool TryWriteRow(RowWrite write, long? number) => write.Change switch
    {
        RowChange.Clear => Run(_clear, write) == 1,
        RowChange.Delete => Run(_delete, write) == 1,
        _ when write.ExpectedVersion is null => TryInsert(write),
        _ => (number is { } known && TryUpdateAt(known, write)) || TryUpdate(write),
    };

    private bool TryInsert(RowWrite write)
    {
        _insert.Bind(Payload, write.Payload.Span);
        _insert.Bind(write.Row);
        return Numbered(_insert, write.Row);
    }

    private bool TryUpdateAt(long number, RowWrite write)
    {
        _updateAt.Bind(Payload, write.Payload.Span);
        _updateAt.Bind(Number, number);
        return Run(_updateAt, write) == 1;
    }

    private bool TryUpdate(RowWrite write)
    {
        _update.Bind(Payload, write.Payload.Span);
        Bind(_update, write);
        return Numbered(_update, write.Row);
    }

    private bool Numbered(SqliteStatement statement, RowIdentity row)
    {
        if (statement.RunReturning() is not { } number) return false;
        _numbers.Keep(row, number);
        return true;
    }

    private void Append(RowWrite write)
    {
        foreach (var chunk in write.Chunks)
        {
            _append.Bind(write.Row);
            _append.Bind(Payload, chunk.Payload);
            _append.Bind(FirstOffset, chunk.FirstOffset);
            _append.Bind(IdHashes, chunk.IdHashes);
            _append.Run();
            if (chunk.DropsBefore > 0) Drop(write.Row, chunk.DropsBefore);
        }
        foreach (var timer in write.Timers) _timers.Write(write.Row.Text!, timer);
    }

    private void Drop(RowIdentity row, long before)
    {
        _drop.Bind(row);
        _drop.Bind(FirstOffset, before);
        _drop.Run();
    }

    private static int Run(SqliteStatement statement, RowWrite write)
    {
        Bind(statement, write);
        return statement.Run();
    }

    private static void Bind(SqliteStatement statement, RowWrite write)
    {
        statement.Bind(write.Row);
        statement.Bind(Version, write.ExpectedVersion);
    }
}
