using Npgsql;
using NpgsqlTypes;
using OrleansStream.Storage.Commits;

namespace OrleansStream.Storage.Postgres;

/// <summary>Writes the rows of a transaction with one statement per kind of change, however many they are; one connection, used by one caller at a time.</summary>
internal sealed class PostgresRowWriter : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly string _serviceId;
    private readonly NpgsqlCommand _write;
    private readonly NpgsqlCommand _remove;

    private PostgresRowWriter(NpgsqlConnection connection, string serviceId)
    {
        (_connection, _serviceId) = (connection, serviceId);
        _write = Command(PostgresStatements.Write, NpgsqlDbType.Integer, NpgsqlDbType.Bytea);
        _remove = Command(PostgresStatements.Remove, NpgsqlDbType.Integer, NpgsqlDbType.Boolean);
    }

    public static async Task<PostgresRowWriter> OpenAsync(NpgsqlDataSource source, string serviceId)
    {
        var connection = await source.OpenConnectionAsync().ConfigureAwait(false);
        var writer = new PostgresRowWriter(connection, serviceId);
        try
        {
            await writer.PrepareAsync().ConfigureAwait(false);
            return writer;
        }
        catch
        {
            await writer.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Connected, and not in a transaction.</summary>
    public bool IsUsable => _connection.FullState == System.Data.ConnectionState.Open;

    /// <summary>One transaction; per write the new version, null when its row did not have the expected one.</summary>
    public async Task<int?[]> WriteAsync(IReadOnlyList<RowWrite> writes)
    {
        var versions = new int?[writes.Count];
        if (Only(writes) is { } only)
        {
            // One statement is a transaction of its own: one round trip, and no locks that are held across the network.
            await ChangeAsync(writes, versions, only == RowChange.Write ? _write : _remove, _ => true).ConfigureAwait(false);
            return versions;
        }
        await using var transaction = await _connection.BeginTransactionAsync().ConfigureAwait(false);
        await ChangeAsync(writes, versions, _write, change => change == RowChange.Write).ConfigureAwait(false);
        await ChangeAsync(writes, versions, _remove, change => change != RowChange.Write).ConfigureAwait(false);
        await PostgresHistoryWriter.WriteAsync(_connection, _serviceId, writes, versions).ConfigureAwait(false);
        await transaction.CommitAsync().ConfigureAwait(false);
        return versions;
    }

    public async ValueTask DisposeAsync()
    {
        await _write.DisposeAsync().ConfigureAwait(false);
        await _remove.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The kind of change that all are of, when a single statement makes them; null when it takes more.</summary>
    private static RowChange? Only(IReadOnlyList<RowWrite> writes)
    {
        bool isWrite = writes[0].Change == RowChange.Write;
        for (int i = 0; i < writes.Count; i++)
            if ((writes[i].Change == RowChange.Write) != isWrite || writes[i].Chunks.Count > 0 || writes[i].Timers.Count > 0) return null;
        return isWrite ? RowChange.Write : RowChange.Delete;
    }

    private async Task PrepareAsync()
    {
        await using var settings = new NpgsqlCommand(PostgresStatements.Session, _connection);
        await settings.ExecuteNonQueryAsync().ConfigureAwait(false);
        await _write.PrepareAsync().ConfigureAwait(false);
        await _remove.PrepareAsync().ConfigureAwait(false);
    }

    private static async Task ChangeAsync(IReadOnlyList<RowWrite> writes, int?[] versions, NpgsqlCommand command, Predicate<RowChange> includes)
    {
        int count = 0;
        for (int i = 0; i < writes.Count; i++) if (includes(writes[i].Change)) count++;
        if (count == 0) return;
        var places = new int[count];
        for (int i = 0, next = 0; i < writes.Count; i++) if (includes(writes[i].Change)) places[next++] = i;
        Bind(command, Array.ConvertAll(places, place => writes[place]));
        Dictionary<RowIdentity, int>? inserts = null;
        await using var reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
        while (await reader.ReadAsync().ConfigureAwait(false))
        {
            int place = reader.IsDBNull(0) ? (inserts ??= places.ToDictionary(p => writes[p].Row))[Identity(reader)] : places[reader.GetInt32(0) - 1];
            versions[place] = (writes[place].ExpectedVersion ?? 0) + 1;
        }
        // The rows come before the commit of a statement that is its own transaction; what follows the last of them comes after it, or says that there was none.
        await reader.NextResultAsync().ConfigureAwait(false);
    }

    private static RowIdentity Identity(NpgsqlDataReader reader) => new(
        reader.GetInt32(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt32(4), reader.GetString(5), reader.IsDBNull(6) ? null : reader.GetString(6));

    private static void Bind(NpgsqlCommand command, RowWrite[] writes)
    {
        var parameters = command.Parameters;
        parameters[1].Value = Array.ConvertAll(writes, write => write.Row.IdHash);
        parameters[2].Value = Array.ConvertAll(writes, write => write.Row.N0);
        parameters[3].Value = Array.ConvertAll(writes, write => write.Row.N1);
        parameters[4].Value = Array.ConvertAll(writes, write => write.Row.TypeHash);
        parameters[5].Value = Array.ConvertAll(writes, write => write.Row.Type);
        parameters[6].Value = Array.ConvertAll(writes, write => write.Row.Text);
        parameters[7].Value = Array.ConvertAll(writes, write => write.ExpectedVersion);
        parameters[8].Value = parameters[8].NpgsqlDbType == (NpgsqlDbType.Array | NpgsqlDbType.Boolean)
            ? Array.ConvertAll(writes, write => write.Change == RowChange.Delete)
            : Array.ConvertAll(writes, write => write.Payload);
    }

    private NpgsqlCommand Command(string sql, params NpgsqlDbType[] more)
    {
        var command = new NpgsqlCommand(sql, _connection);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = _serviceId });
        NpgsqlDbType[] identity = [NpgsqlDbType.Integer, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Integer, NpgsqlDbType.Text, NpgsqlDbType.Text];
        foreach (var type in identity.Concat(more)) command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type });
        return command;
    }
}
