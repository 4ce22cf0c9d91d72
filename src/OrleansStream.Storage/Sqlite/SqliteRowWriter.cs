using Microsoft.Data.Sqlite;
using OrleansStream.Streams.Checkpoints;

namespace OrleansStream.Storage.Sqlite;

/// <summary>Writes core rows and history chunks with statements prepared once.</summary>
internal sealed class SqliteRowWriter : IDisposable
{
    private const string Payload = "$payload";

    private const string Identity =
        "GrainIdHash=$idHash AND GrainTypeHash=$typeHash AND GrainIdN0=0 AND GrainIdN1=0 AND GrainTypeString=$type AND IFNULL(GrainIdExtensionString, '')=$key AND ServiceId=$service";

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _update;
    private readonly SqliteCommand _append;
    private readonly SqliteTimerWriter _timers;

    public SqliteRowWriter(SqliteConnection connection, string serviceId)
    {
        _connection = connection;
        _insert = Prepare(serviceId,
            "INSERT INTO OrleansStorage (GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId, PayloadBinary, ModifiedOn, Version) " +
            "VALUES ($idHash, 0, 0, $typeHash, $type, $key, $service, $payload, datetime('now'), 1) ON CONFLICT DO NOTHING");
        _update = Prepare(serviceId,
            $"UPDATE OrleansStorage SET PayloadBinary=$payload, ModifiedOn=datetime('now'), Version=Version+1 WHERE {Identity} AND Version=$version");
        _update.Parameters.Add("$version", SqliteType.Integer);
        _append = Prepare(serviceId,
            "INSERT INTO OrleansStreamHistory (GrainIdHash, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId, FirstOffset, IdHashes, Payload) " +
            "VALUES ($idHash, $typeHash, $type, $key, $service, $first, $hashes, $payload) ON CONFLICT DO NOTHING");
        _append.Parameters.Add("$first", SqliteType.Integer);
        _append.Parameters.Add("$hashes", SqliteType.Blob);
        _timers = new SqliteTimerWriter(connection, serviceId);
    }

    /// <summary>One transaction; per write, false when its row did not have the expected version.</summary>
    public bool[] Write(IReadOnlyList<CheckpointWrite> writes)
    {
        var written = new bool[writes.Count];
        using var transaction = _connection.BeginTransaction(deferred: false);
        _insert.Transaction = _update.Transaction = _append.Transaction = transaction;
        _timers.Use(transaction);
        for (int i = 0; i < writes.Count; i++) written[i] = WriteRow(writes[i]);
        transaction.Commit();
        return written;
    }

    public void Dispose()
    {
        _insert.Dispose();
        _update.Dispose();
        _append.Dispose();
        _timers.Dispose();
        _connection.Dispose();
    }

    private bool WriteRow(CheckpointWrite write)
    {
        var key = GrainRowKey.Of(write.Grain);
        var command = write.ExpectedVersion == 0 ? _insert : _update;
        Bind(command, key, write.Payload);
        if (write.ExpectedVersion > 0) command.Parameters["$version"].Value = write.ExpectedVersion;
        if (command.ExecuteNonQuery() != 1) return false;
        foreach (var chunk in write.Chunks)
        {
            Bind(_append, key, chunk.Payload);
            _append.Parameters["$first"].Value = chunk.FirstOffset;
            _append.Parameters["$hashes"].Value = chunk.IdHashes;
            _append.ExecuteNonQuery();
        }
        foreach (var timer in write.Timers) _timers.Write(key.Key, timer);
        return true;
    }

    private SqliteCommand Prepare(string serviceId, string sql)
    {
        var command = _connection.PrepareForGrain(serviceId, sql);
        command.Parameters.Add(Payload, SqliteType.Blob);
        return command;
    }

    private static void Bind(SqliteCommand command, GrainRowKey key, byte[] payload)
    {
        command.BindGrain(key);
        command.Parameters[Payload].Value = payload;
    }
}
