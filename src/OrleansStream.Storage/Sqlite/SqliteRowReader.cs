using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using OrleansStream.Storage.Commits;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Storage.Sqlite;

/// <summary>Reads core rows and history chunks; one connection, used by one caller at a time.</summary>
internal sealed class SqliteRowReader : IDisposable
{
    private const string HistoryOfRow = "GrainIdHash=$idHash AND GrainTypeHash=$typeHash AND GrainTypeString=$type AND GrainIdExtensionString=$text AND ServiceId=$service";

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _row;
    private readonly SqliteCommand _before;
    private readonly SqliteCommand _with;
    private readonly SqliteCommand _due;

    public SqliteRowReader(SqliteConnection connection, string serviceId)
    {
        _connection = connection;
        _row = connection.PrepareForRow(serviceId, $"SELECT Version, PayloadBinary FROM OrleansStorage WHERE {SqliteRowCommand.CoreRow}");
        _before = connection.PrepareForRow(serviceId,
            $"SELECT FirstOffset, IdHashes, Payload FROM OrleansStreamHistory WHERE {HistoryOfRow} AND FirstOffset<$before ORDER BY FirstOffset DESC LIMIT $limit");
        _before.Parameters.Add("$before", SqliteType.Integer);
        _before.Parameters.Add("$limit", SqliteType.Integer);
        _with = connection.PrepareForRow(serviceId,
            $"SELECT FirstOffset, IdHashes, Payload FROM OrleansStreamHistory WHERE {HistoryOfRow} AND instr(IdHashes, $hash)>0 ORDER BY FirstOffset DESC");
        _with.Parameters.Add("$hash", SqliteType.Blob);
        _due = connection.CreateCommand();
        _due.CommandText =
            "SELECT GrainKey, Name, DueAt FROM OrleansStreamTimers WHERE ServiceId=$service AND Topic=$topic AND PartitionId=$partition AND DueAt<=$until ORDER BY DueAt LIMIT $limit";
        _due.Parameters.AddWithValue("$service", serviceId);
        _due.Parameters.Add("$topic", SqliteType.Text);
        _due.Parameters.Add("$partition", SqliteType.Integer);
        _due.Parameters.Add("$until", SqliteType.Integer);
        _due.Parameters.Add("$limit", SqliteType.Integer);
    }

    public RowContent? Row(RowIdentity key)
    {
        _row.BindRow(key);
        using var reader = _row.ExecuteReader();
        return reader.Read() ? new RowContent(reader.IsDBNull(0) ? null : reader.GetInt32(0), reader.IsDBNull(1) ? null : (byte[])reader[1]) : null;
    }

    public IReadOnlyList<HistoryChunk> HistoryBefore(RowIdentity key, long before, int limit)
    {
        _before.BindRow(key);
        _before.Parameters["$before"].Value = before;
        _before.Parameters["$limit"].Value = limit;
        return Chunks(_before);
    }

    public IReadOnlyList<HistoryChunk> HistoryWith(RowIdentity key, ulong idHash)
    {
        _with.BindRow(key);
        var hash = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(hash, idHash);
        _with.Parameters["$hash"].Value = hash;
        return Chunks(_with);
    }

    public IReadOnlyList<DueTimer> DueTimers(TopicPartition partition, DateTimeOffset until, int limit)
    {
        _due.Parameters["$topic"].Value = partition.Topic;
        _due.Parameters["$partition"].Value = partition.Partition;
        _due.Parameters["$until"].Value = until.UtcTicks;
        _due.Parameters["$limit"].Value = limit;
        var timers = new List<DueTimer>();
        using var reader = _due.ExecuteReader();
        while (reader.Read()) timers.Add(new DueTimer(reader.GetString(0), reader.GetString(1), new DateTimeOffset(reader.GetInt64(2), TimeSpan.Zero)));
        return timers;
    }

    public void Dispose()
    {
        _row.Dispose();
        _before.Dispose();
        _with.Dispose();
        _due.Dispose();
        _connection.Dispose();
    }

    private static List<HistoryChunk> Chunks(SqliteCommand command)
    {
        var chunks = new List<HistoryChunk>();
        using var reader = command.ExecuteReader();
        while (reader.Read()) chunks.Add(new HistoryChunk(reader.GetInt64(0), (byte[])reader[1], (byte[])reader[2]));
        return chunks;
    }
}
