using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Storage.Sqlite;

/// <summary>
/// Core rows and history in one SQLite file. One thread of its own writes, one transaction per call; readers take a
/// connection each from a pool and never wait for it (WAL).
/// </summary>
public sealed class SqliteCheckpointStore : ICheckpointStore, IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly SqliteStorageOptions _options;
    private readonly BlockingCollection<(IReadOnlyList<CheckpointWrite> Writes, TaskCompletionSource<bool[]> Done)> _queue = new(1024);
    private readonly ConcurrentBag<SqliteRowReader> _readers = [];
    private readonly Lazy<Thread> _writer;

    public SqliteCheckpointStore(IOptions<SqliteStorageOptions> options)
    {
        _options = options.Value;
        _database = new SqliteDatabase(_options);
        _writer = new Lazy<Thread>(StartWriter);
    }

    /// <summary>Creates or migrates the database.</summary>
    public void Migrate() => _database.Migrate();

    public ValueTask<StoredRow?> ReadAsync(GrainId grain, CancellationToken cancellationToken = default) =>
        new(Read(reader => reader.Row(GrainRowKey.Of(grain))));

    public ValueTask<IReadOnlyList<HistoryChunk>> ReadHistoryAsync(GrainId grain, long beforeOffset, int maxChunks, CancellationToken cancellationToken = default) =>
        new(Read(reader => reader.HistoryBefore(GrainRowKey.Of(grain), beforeOffset, maxChunks)));

    public ValueTask<IReadOnlyList<HistoryChunk>> FindHistoryAsync(GrainId grain, ulong idHash, CancellationToken cancellationToken = default) =>
        new(Read(reader => reader.HistoryWith(GrainRowKey.Of(grain), idHash)));

    public ValueTask<IReadOnlyList<DueTimer>> ReadDueTimersAsync(
        TopicPartition partition, DateTimeOffset until, int limit, CancellationToken cancellationToken = default) =>
        new(Read(reader => reader.DueTimers(partition, until, limit)));

    public Task<bool[]> WriteAsync(IReadOnlyList<CheckpointWrite> writes, CancellationToken cancellationToken = default)
    {
        _ = _writer.Value;
        var done = new TaskCompletionSource<bool[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Add((writes, done), cancellationToken);
        return done.Task;
    }

    public void Dispose()
    {
        if (_queue.IsAddingCompleted) return;
        _queue.CompleteAdding();
        if (_writer.IsValueCreated) _writer.Value.Join();
        while (_readers.TryTake(out var reader)) reader.Dispose();
    }

    private T Read<T>(Func<SqliteRowReader, T> read)
    {
        if (!_readers.TryTake(out var reader)) reader = new SqliteRowReader(_database.Open(), _options.ServiceId);
        T result = read(reader);
        _readers.Add(reader);
        return result;
    }

    private Thread StartWriter()
    {
        var thread = new Thread(WriteLoop) { IsBackground = true, Name = "sqlite-writer" };
        thread.Start();
        return thread;
    }

    private void WriteLoop()
    {
        SqliteRowWriter? writer = null;
        foreach (var (writes, done) in _queue.GetConsumingEnumerable())
        {
            try
            {
                writer ??= new SqliteRowWriter(_database.Open(), _options.ServiceId);
                done.SetResult(writer.Write(writes));
            }
            catch (Exception e)
            {
                // The next try gets a fresh connection: whatever state this one is in goes with it.
                writer?.Dispose();
                writer = null;
                done.SetException(e);
            }
        }
        writer?.Dispose();
    }
}
