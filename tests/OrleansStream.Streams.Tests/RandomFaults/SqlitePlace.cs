using Microsoft.Extensions.Options;
using OrleansStream.Storage.Sqlite;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.RandomFaults;

/// <summary>The SQLite store in a folder that goes with it.</summary>
internal sealed class SqlitePlace : ICheckpointStore, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orleansstream-rows-").FullName;
    private readonly SqliteCheckpointStore _store;

    public SqlitePlace()
    {
        _store = new SqliteCheckpointStore(Options.Create(new SqliteStorageOptions { File = Path.Combine(_folder, "state.db") }));
        _store.Migrate();
    }

    public ValueTask<StoredRow?> ReadAsync(GrainId grain, CancellationToken cancellationToken = default) => _store.ReadAsync(grain, cancellationToken);

    public Task<bool[]> WriteAsync(IReadOnlyList<CheckpointWrite> writes, CancellationToken cancellationToken = default) => _store.WriteAsync(writes, cancellationToken);

    public ValueTask<IReadOnlyList<HistoryChunk>> ReadHistoryAsync(GrainId grain, long beforeOffset, int maxChunks, CancellationToken cancellationToken = default) =>
        _store.ReadHistoryAsync(grain, beforeOffset, maxChunks, cancellationToken);

    public ValueTask<IReadOnlyList<HistoryChunk>> FindHistoryAsync(GrainId grain, ulong idHash, CancellationToken cancellationToken = default) =>
        _store.FindHistoryAsync(grain, idHash, cancellationToken);

    public ValueTask<IReadOnlyList<DueTimer>> ReadDueTimersAsync(
        TopicPartition partition, DateTimeOffset until, int limit, CancellationToken cancellationToken = default) =>
        _store.ReadDueTimersAsync(partition, until, limit, cancellationToken);

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
