using System.Buffers.Binary;
using Npgsql;
using NpgsqlTypes;
using OrleansStream.Storage.Commits;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Storage.Postgres;

/// <summary>The rows in a PostgreSQL database: one connection writes, readers share the others.</summary>
internal sealed class PostgresRows(NpgsqlDataSource source, string serviceId) : IRowDatabase
{
    private PostgresRowWriter? _writer;

    public async Task<int?[]> CommitAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken)
    {
        try
        {
            _writer ??= await PostgresRowWriter.OpenAsync(source, serviceId).ConfigureAwait(false);
            return await _writer.WriteAsync(writes).ConfigureAwait(false);
        }
        catch (PostgresException e) when (_writer is { IsUsable: true } && Judge(e) != CommitFailure.Outage)
        {
            // The server has said no and rolled back: the connection is as good as before.
            throw;
        }
        catch
        {
            // The next try gets a fresh connection: whatever state this one is in goes with it.
            if (_writer is { } failed)
            {
                _writer = null;
                await failed.DisposeAsync().ConfigureAwait(false);
            }
            throw;
        }
    }

    public bool CanHold(RowIdentity row) => PostgresFailures.CanHold(row);

    public CommitFailure Judge(Exception exception) => PostgresFailures.Judge(exception);

    public async ValueTask<RowContent?> ReadAsync(RowIdentity row, CancellationToken cancellationToken)
    {
        await using var command = OfRow(PostgresStatements.Read, row);
        command.Parameters.Add(Bigint(row.N0));
        command.Parameters.Add(Bigint(row.N1));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) return null;
        return new RowContent(
            await reader.IsDBNullAsync(0, cancellationToken).ConfigureAwait(false) ? null : reader.GetInt32(0),
            await reader.IsDBNullAsync(1, cancellationToken).ConfigureAwait(false) ? null : reader.GetFieldValue<byte[]>(1));
    }

    public async ValueTask<IReadOnlyList<HistoryChunk>> ReadHistoryAsync(RowIdentity row, long beforeOffset, int maxChunks, CancellationToken cancellationToken)
    {
        await using var command = OfRow(PostgresStatements.HistoryBefore, row);
        command.Parameters.Add(Bigint(beforeOffset));
        command.Parameters.Add(Bigint(maxChunks));
        return await ChunksAsync(command, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<HistoryChunk>> FindHistoryAsync(RowIdentity row, ulong idHash, CancellationToken cancellationToken)
    {
        var hash = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(hash, idHash);
        await using var command = OfRow(PostgresStatements.HistoryWith, row);
        command.Parameters.Add(new NpgsqlParameter { Value = hash, NpgsqlDbType = NpgsqlDbType.Bytea });
        return await ChunksAsync(command, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<DueTimer>> ReadDueTimersAsync(TopicPartition partition, DateTimeOffset until, int limit, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(PostgresStatements.DueTimers);
        command.Parameters.Add(Text(serviceId));
        command.Parameters.Add(Text(partition.Topic));
        command.Parameters.Add(Integer(partition.Partition));
        command.Parameters.Add(Bigint(until.UtcTicks));
        command.Parameters.Add(Bigint(limit));
        var timers = new List<DueTimer>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            timers.Add(new DueTimer(reader.GetString(0), reader.GetString(1), new DateTimeOffset(reader.GetInt64(2), TimeSpan.Zero)));
        return timers;
    }

    public async ValueTask DisposeAsync()
    {
        if (_writer is not null) await _writer.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>A command on the pool; its first five parameters say whose rows.</summary>
    private NpgsqlCommand OfRow(string sql, RowIdentity row)
    {
        var command = source.CreateCommand(sql);
        command.Parameters.Add(Integer(row.IdHash));
        command.Parameters.Add(Integer(row.TypeHash));
        command.Parameters.Add(Text(row.Type));
        command.Parameters.Add(Text(serviceId));
        command.Parameters.Add(Text(row.Text));
        return command;
    }

    private static async Task<IReadOnlyList<HistoryChunk>> ChunksAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var chunks = new List<HistoryChunk>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            chunks.Add(new HistoryChunk(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2)));
        return chunks;
    }

    private static NpgsqlParameter Integer(int value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Integer };

    private static NpgsqlParameter Bigint(long value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Bigint };

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
}
