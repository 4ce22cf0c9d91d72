using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using OrleansStream.Storage.Commits;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Storage.Sqlite;

/// <summary>Reads core rows, history chunks and timers; one connection, used by one caller at a time.</summary>
internal sealed class SqliteRowReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteStatement _row;
    private readonly SqliteStatement _before;
    private readonly SqliteStatement _with;
    private readonly SqliteStatement _due;

    public SqliteRowReader(SqliteConnection connection, string serviceId)
    {
        _connection = connection;
        _row = new SqliteStatement(connection, $"SELECT Version, PayloadBinary FROM OrleansStorage WHERE {SqliteRowIdentity.CoreRow}");
        _before = new SqliteStatement(connection,
            $"SELECT FirstOffset, IdHashes, Payload FROM OrleansStreamHistory WHERE {SqliteRowIdentity.History} AND FirstOffset<?8 ORDER BY FirstOffset DESC LIMIT ?9");
        _with = new SqliteStatement(connection,
            $"SELECT FirstOffset, IdHashes, Payload FROM OrleansStreamHistory WHERE {SqliteRowIdentity.History} AND instr(IdHashes, ?8)>0 ORDER BY FirstOffset DESC");
        _due = new SqliteStatement(connection,
            "SELECT GrainKey, Name, DueAt FROM OrleansStreamTimers WHERE Topic=?1 AND PartitionId=?2 AND DueAt<=?3 AND ServiceId=?7 ORDER BY DueAt LIMIT ?4");
        foreach (var statement in Statements) statement.Bind(SqliteRowIdentity.Service, serviceId);
    }

    public RowContent? Row(RowIdentity key)
    {
        _row.Bind(key);
        return _row.Query(row => new RowContent((int?)row.Number(0), row.Bytes(1))) is [var found] ? found : null;
    }

    public IReadOnlyList<HistoryChunk> HistoryBefore(RowIdentity key, long before, int limit)
    {
        _before.Bind(key);
        _before.Bind(8, before);
        _before.Bind(9, limit);
        return _before.Query(Chunk);
    }

    public IReadOnlyList<HistoryChunk> HistoryWith(RowIdentity key, ulong idHash)
    {
        Span<byte> hash = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(hash, idHash);
        _with.Bind(key);
        _with.Bind(8, hash);
        return _with.Query(Chunk);
    }

    public IReadOnlyList<DueTimer> DueTimers(TopicPartition partition, DateTimeOffset until, int limit)
    {
        _due.Bind(1, partition.Topic);
        _due.Bind(2, partition.Partition);
        _due.Bind(3, until.UtcTicks);
        _due.Bind(4, limit);
        return _due.Query(row => new DueTimer(row.Text(0), row.Text(1), new DateTimeOffset(row.Number(2)!.Value, TimeSpan.Zero)));
    }

    public void Dispose()
    {
        foreach (var statement in Statements) statement.Dispose();
        _connection.Dispose();
    }

    private SqliteStatement[] Statements => [_row, _before, _with, _due];

    private static HistoryChunk Chunk(SqliteStatement row) => new(row.Number(0)!.Value, row.Bytes(1)!, row.Bytes(2)!);
}
