using Microsoft.Data.Sqlite;
using OrleansStream.Storage.Commits;

namespace OrleansStream.Storage.Sqlite;

/// <summary>Writes core rows, history chunks and timers with statements prepared once.</summary>
internal sealed class SqliteRowWriter : IDisposable
{
    private const string Payload = "$payload", Version = "$version";

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _update;
    private readonly SqliteCommand _clear;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _append;
    private readonly SqliteTimerWriter _timers;

    public SqliteRowWriter(SqliteConnection connection, string serviceId)
    {
        _connection = connection;
        _insert = WithPayload(serviceId,
            "INSERT INTO OrleansStorage (GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId, PayloadBinary, ModifiedOn, Version) " +
            "VALUES ($idHash, $n0, $n1, $typeHash, $type, $text, $service, $payload, datetime('now'), 1) ON CONFLICT DO NOTHING");
        _update = WithPayload(serviceId, $"UPDATE OrleansStorage SET PayloadBinary=$payload, ModifiedOn=datetime('now'), Version=Version+1 {OfVersion}");
        _clear = connection.PrepareForRow(serviceId, $"UPDATE OrleansStorage SET PayloadBinary=NULL, ModifiedOn=datetime('now'), Version=Version+1 {OfVersion}");
        _delete = connection.PrepareForRow(serviceId, $"DELETE FROM OrleansStorage {OfVersion}");
        foreach (var command in new[] { _update, _clear, _delete }) command.Parameters.Add(Version, SqliteType.Integer);
        _append = WithPayload(serviceId,
            "INSERT INTO OrleansStreamHistory (GrainIdHash, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId, FirstOffset, IdHashes, Payload) " +
            "VALUES ($idHash, $typeHash, $type, $text, $service, $first, $hashes, $payload) ON CONFLICT DO NOTHING");
        _append.Parameters.Add("$first", SqliteType.Integer);
        _append.Parameters.Add("$hashes", SqliteType.Blob);
        _timers = new SqliteTimerWriter(connection, serviceId);
    }

    /// <summary>One transaction; per write the new version, null when its row did not have the expected one.</summary>
    public int?[] Write(IReadOnlyList<RowWrite> writes)
    {
        var versions = new int?[writes.Count];
        using var transaction = _connection.BeginTransaction(deferred: false);
        foreach (var command in Commands) command.Transaction = transaction;
        _timers.Use(transaction);
        for (int i = 0; i < writes.Count; i++) versions[i] = WriteRow(writes[i]);
        transaction.Commit();
        return versions;
    }

    public void Dispose()
    {
        foreach (var command in Commands) command.Dispose();
        _timers.Dispose();
        _connection.Dispose();
    }

    private static string OfVersion => $"WHERE {SqliteRowCommand.CoreRow} AND Version={Version}";

    private SqliteCommand[] Commands => [_insert, _update, _clear, _delete, _append];

    private int? WriteRow(RowWrite write)
    {
        var command = write.Change switch
        {
            RowChange.Clear => _clear,
            RowChange.Delete => _delete,
            _ => write.ExpectedVersion is null ? _insert : _update,
        };
        command.BindRow(write.Row);
        if (write.Change == RowChange.Write) BindPayload(command, write.Payload);
        if (command != _insert) command.Parameters[Version].Value = (object?)write.ExpectedVersion ?? DBNull.Value;
        if (command.ExecuteNonQuery() != 1) return null;
        foreach (var chunk in write.Chunks)
        {
            _append.BindRow(write.Row);
            BindPayload(_append, chunk.Payload);
            _append.Parameters["$first"].Value = chunk.FirstOffset;
            _append.Parameters["$hashes"].Value = chunk.IdHashes;
            _append.ExecuteNonQuery();
        }
        foreach (var timer in write.Timers) _timers.Write(write.Row.Text!, timer);
        return (write.ExpectedVersion ?? 0) + 1;
    }

    private SqliteCommand WithPayload(string serviceId, string sql)
    {
        var command = _connection.PrepareForRow(serviceId, sql);
        command.Parameters.Add(Payload, SqliteType.Blob);
        return command;
    }

    private static void BindPayload(SqliteCommand command, ReadOnlyMemory<byte> payload) =>
        command.Parameters[Payload].Value = System.Runtime.InteropServices.MemoryMarshal.TryGetArray(payload, out var array) && array.Array!.Length == payload.Length
            ? array.Array
            : payload.ToArray();
}
