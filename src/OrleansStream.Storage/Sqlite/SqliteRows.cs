using System.Collections.Concurrent;
using OrleansStream.Storage.Commits;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Storage.Sqlite;

/// <summary>The rows in one SQLite file: one thread writes, readers take a connection each from a pool and never wait for it (WAL).</summary>
internal sealed class SqliteRows(SqliteDatabase database, string serviceId) : IRowDatabase
{
    private readonly ConcurrentBag<SqliteRowReader> _readers = [];
    private readonly SqliteWriterThread _writer = new(database, serviceId);

    public Task<int?[]> CommitAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken) => _writer.CommitAsync(writes);

    public bool CanHold(RowIdentity row) => true;

    public CommitFailure Judge(Exception exception) => SqliteFailures.Judge(exception);

    public ValueTask<RowContent?> ReadAsync(RowIdentity row, CancellationToken cancellationToken) => new(Read(reader => reader.Row(row)));

    public ValueTask<IReadOnlyList<HistoryChunk>> ReadHistoryAsync(RowIdentity row, long beforeOffset, int maxChunks, CancellationToken cancellationToken) =>
        new(Read(reader => reader.HistoryBefore(row, beforeOffset, maxChunks)));

    public ValueTask<IReadOnlyList<HistoryChunk>> FindHistoryAsync(RowIdentity row, ulong idHash, CancellationToken cancellationToken) =>
        new(Read(reader => reader.HistoryWith(row, idHash)));

    public ValueTask<IReadOnlyList<DueTimer>> ReadDueTimersAsync(TopicPartition partition, DateTimeOffset until, int limit, CancellationToken cancellationToken) =>
        new(Read(reader => reader.DueTimers(partition, until, limit)));

    public ValueTask DisposeAsync()
    {
        _writer.Dispose();
        while (_readers.TryTake(out var reader)) reader.Dispose();
        return ValueTask.CompletedTask;
    }

    private T Read<T>(Func<SqliteRowReader, T> read)
    {
        if (!_readers.TryTake(out var reader)) reader = new SqliteRowReader(database.Open(), serviceId);
        try
        {
            T result = read(reader);
            _readers.Add(reader);
            return result;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }
}
