using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Storage.Sqlite;

/// <summary>Reads core rows and history chunks; one connection, used by one caller at a time.</summary>
internal sealed class SqliteRowReader : IDisposable
{
    private const string Identity = "GrainIdHash=$idHash AND GrainTypeHash=$typeHash AND GrainTypeString=$type AND ServiceId=$service";

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _row;
    private readonly SqliteCommand _before;
    private readonly SqliteCommand _with;
    private readonly SqliteCommand _due;

    public SqliteRowReader(SqliteConnection connection, string serviceId)
    {
        _connection = connection;
        _row = connection.PrepareForGrain(serviceId,
            $"SELECT Version, PayloadBinary FROM OrleansStorage WHERE {Identity} AND GrainIdN0=0 AND GrainIdN1=0 AND IFNULL(GrainIdExtensionString, '')=$key");
        _before = connection.PrepareForGrain(serviceId,
            $"SELECT FirstOffset, IdHashes, Payload FROM OrleansStreamHistory WHERE {Identity} AND GrainIdExtensionString=$key AND FirstOffset<$before ORDER BY FirstOffset DESC LIMIT $limit");
        _before.Parameters.Add("$before", SqliteType.Integer);
        _before.Parameters.Add("$limit", SqliteType.Integer);
        _with = connection.PrepareForGrain(serviceId,
            $"SELECT FirstOffset, IdHashes, Payload FROM OrleansStreamHistory WHERE {Identity} AND GrainIdExtensionString=$key AND instr(IdHashes, $hash)>0 ORDER BY FirstOffset DESC");
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

    public StoredRow? Row(GrainRowKey key)
    {
        _row.BindGrain(key);
        using var reader = _row.ExecuteReader();
        return reader.Read() && !reader.IsDBNull(1) ? new StoredRow(reader.GetInt32(0), (byte[])reader[1]) : null;
    }

    public IReadOnlyList<HistoryChunk> HistoryBefore(GrainRowKey key, long before, int limit)
    {
        _before.BindGrain(key);
        _before.Parameters["$before"].Value = before;
        _before.Parameters["$limit"].Value = limit;
        return Chunks(_before);
    }

    public IReadOnlyList<HistoryChunk> HistoryWith(GrainRowKey key, ulong idHash)
    {
        _with.BindGrain(key);
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
