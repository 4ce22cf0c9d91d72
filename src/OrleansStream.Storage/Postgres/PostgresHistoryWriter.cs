using Npgsql;
using NpgsqlTypes;
using OrleansStream.Storage.Commits;
using OrleansStream.Streams.Checkpoints;

namespace OrleansStream.Storage.Postgres;

/// <summary>History chunks and timers of the rows that a transaction wrote: one more round trip, and only when there are any.</summary>
internal static class PostgresHistoryWriter
{
    public static async Task WriteAsync(NpgsqlConnection connection, string serviceId, IReadOnlyList<RowWrite> writes, int?[] versions)
    {
        var chunks = new List<(RowIdentity Row, HistoryChunk Chunk)>();
        // Of several changes of one timer the last one counts.
        var timers = new SortedDictionary<(string Topic, int Partition, string Key, string Name), DateTimeOffset?>(TimerOrder);
        for (int i = 0; i < writes.Count; i++)
        {
            if (versions[i] is null) continue;
            foreach (var chunk in writes[i].Chunks) chunks.Add((writes[i].Row, chunk));
            foreach (var timer in writes[i].Timers) timers[(timer.Partition.Topic, timer.Partition.Partition, writes[i].Row.Text!, timer.Name)] = timer.DueAt;
        }
        if (chunks.Count == 0 && timers.Count == 0) return;

        await using var batch = new NpgsqlBatch(connection);
        if (chunks.Count > 0) batch.BatchCommands.Add(Append(serviceId, chunks));
        var drops = chunks.Where(c => c.Chunk.DropsBefore > 0).ToList();
        if (drops.Count > 0) batch.BatchCommands.Add(Drop(serviceId, drops));
        var set = timers.Where(timer => timer.Value is not null).ToList();
        if (set.Count > 0)
            batch.BatchCommands.Add(Timers(PostgresStatements.SetTimers, serviceId, set, Array(set, timer => timer.Value!.Value.UtcTicks, NpgsqlDbType.Bigint)));
        var cancelled = timers.Where(timer => timer.Value is null).ToList();
        if (cancelled.Count > 0) batch.BatchCommands.Add(Timers(PostgresStatements.CancelTimers, serviceId, cancelled));
        await batch.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    private static readonly Comparer<(string Topic, int Partition, string Key, string Name)> TimerOrder = Comparer<(string Topic, int Partition, string Key, string Name)>.Create((a, b) =>
    {
        int order = string.CompareOrdinal(a.Topic, b.Topic);
        if (order == 0) order = a.Partition.CompareTo(b.Partition);
        if (order == 0) order = string.CompareOrdinal(a.Key, b.Key);
        return order == 0 ? string.CompareOrdinal(a.Name, b.Name) : order;
    });

    private static NpgsqlBatchCommand Append(string serviceId, List<(RowIdentity Row, HistoryChunk Chunk)> chunks) => OfRows(
        PostgresStatements.Append, serviceId, chunks,
        Array(chunks, c => c.Chunk.FirstOffset, NpgsqlDbType.Bigint), Array(chunks, c => c.Chunk.IdHashes, NpgsqlDbType.Bytea), Array(chunks, c => c.Chunk.Payload, NpgsqlDbType.Bytea));

    private static NpgsqlBatchCommand Drop(string serviceId, List<(RowIdentity Row, HistoryChunk Chunk)> chunks) =>
        OfRows(PostgresStatements.Drop, serviceId, chunks, Array(chunks, c => c.Chunk.DropsBefore, NpgsqlDbType.Bigint));

    private static NpgsqlBatchCommand OfRows(string sql, string serviceId, List<(RowIdentity Row, HistoryChunk Chunk)> chunks, params NpgsqlParameter[] more)
    {
        var command = new NpgsqlBatchCommand(sql)
        {
            Parameters =
            {
                Service(serviceId),
                Array(chunks, c => c.Row.IdHash, NpgsqlDbType.Integer),
                Array(chunks, c => c.Row.TypeHash, NpgsqlDbType.Integer),
                Array(chunks, c => c.Row.Type, NpgsqlDbType.Text),
                Array(chunks, c => c.Row.Text!, NpgsqlDbType.Text),
            },
        };
        foreach (var parameter in more) command.Parameters.Add(parameter);
        return command;
    }

    private static NpgsqlBatchCommand Timers(
        string sql, string serviceId, List<KeyValuePair<(string Topic, int Partition, string Key, string Name), DateTimeOffset?>> timers, params NpgsqlParameter[] more)
    {
        var command = new NpgsqlBatchCommand(sql)
        {
            Parameters =
            {
                Service(serviceId),
                Array(timers, t => t.Key.Topic, NpgsqlDbType.Text),
                Array(timers, t => t.Key.Partition, NpgsqlDbType.Integer),
                Array(timers, t => t.Key.Key, NpgsqlDbType.Text),
                Array(timers, t => t.Key.Name, NpgsqlDbType.Text),
            },
        };
        foreach (var parameter in more) command.Parameters.Add(parameter);
        return command;
    }

    private static NpgsqlParameter Service(string serviceId) => new() { Value = serviceId, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Array<T, TValue>(List<T> rows, Func<T, TValue> value, NpgsqlDbType type) =>
        new() { Value = rows.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type };
}
