using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using OrleansStream.Streams.Checkpoints;

namespace OrleansStream.Storage.Sqlite;

/// <summary>Reads core rows and history chunks; one connection, used by one caller at a time.</summary>
internal sealed class SqliteRowReader : IDisposable
{
    private const string Identity = "GrainIdHash=$idHash AND GrainTypeHash=$typeHash AND GrainTypeString=$type AND ServiceId=$service";

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _row;
    private readonly SqliteCommand _before;
    private readonly SqliteCommand _with;

    public SqliteRowReader(SqliteConnection connection, string serviceId)
    {
        _connection = connection;
        _row = Prepare(serviceId,
            $"SELECT Version, PayloadBinary FROM OrleansStorage WHERE {Identity} AND GrainIdN0=0 AND GrainIdN1=0 AND IFNULL(GrainIdExtensionString, '')=$key");
        _before = Prepare(serviceId,
            $"SELECT FirstOffset, IdHashes, Payload FROM OrleansStreamHistory WHERE {Identity} AND GrainIdExtensionString=$key AND FirstOffset<$before ORDER BY FirstOffset DESC LIMIT $limit");
        _before.Parameters.Add("$before", SqliteType.Integer);
        _before.Parameters.Add("$limit", SqliteType.Integer);
        _with = Prepare(serviceId,
            $"SELECT FirstOffset, IdHashes, Payload FROM OrleansStreamHistory WHERE {Identity} AND GrainIdExtensionString=$key AND instr(IdHashes, $hash)>0 ORDER BY FirstOffset DESC");
        _with.Parameters.Add("$hash", SqliteType.Blob);
    }

    public StoredRow? Row(GrainRowKey key)
    {
        Bind(_row, key);
        using var reader = _row.ExecuteReader();
        return reader.Read() && !reader.IsDBNull(1) ? new StoredRow(reader.GetInt32(0), (byte[])reader[1]) : null;
    }

    public IReadOnlyList<HistoryChunk> HistoryBefore(GrainRowKey key, long before, int limit)
    {
        Bind(_before, key);
        _before.Parameters["$before"].Value = before;
        _before.Parameters["$limit"].Value = limit;
        return Chunks(_before);
    }

    public IReadOnlyList<HistoryChunk> HistoryWith(GrainRowKey key, ulong idHash)
    {
        Bind(_with, key);
        var hash = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(hash, idHash);
        _with.Parameters["$hash"].Value = hash;
        return Chunks(_with);
    }

    public void Dispose()
    {
        _row.Dispose();
        _before.Dispose();
        _with.Dispose();
        _connection.Dispose();
    }

    private static List<HistoryChunk> Chunks(SqliteCommand command)
    {
        var chunks = new List<HistoryChunk>();
        using var reader = command.ExecuteReader();
        while (reader.Read()) chunks.Add(new HistoryChunk(reader.GetInt64(0), (byte[])reader[1], (byte[])reader[2]));
        return chunks;
    }

    private SqliteCommand Prepare(string serviceId, string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.Add("$idHash", SqliteType.Integer);
        command.Parameters.Add("$typeHash", SqliteType.Integer);
        command.Parameters.Add("$type", SqliteType.Text);
        command.Parameters.Add("$key", SqliteType.Text);
        command.Parameters.AddWithValue("$service", serviceId);
        return command;
    }

    private static void Bind(SqliteCommand command, GrainRowKey key)
    {
        command.Parameters[0].Value = key.IdHash;
        command.Parameters[1].Value = key.TypeHash;
        command.Parameters[2].Value = key.Type;
        command.Parameters[3].Value = key.Key;
    }
}
