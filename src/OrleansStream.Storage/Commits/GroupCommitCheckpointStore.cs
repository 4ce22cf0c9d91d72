using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Storage.Commits;

/// <summary>
/// The checkpoint store on any database. A call of the checkpointer is one transaction already, so nothing is gathered; calls of others that come
/// meanwhile share the next one.
/// </summary>
public abstract class GroupCommitCheckpointStore : ICheckpointStore, IDisposable, IAsyncDisposable
{
    private readonly IRowDatabase _database;
    private readonly GroupCommitWriter _writer;
    private readonly ReadGate _reads;

    private protected GroupCommitCheckpointStore(IRowDatabase database, TimeProvider time, ILogger logger)
    {
        _database = database;
        var options = new GroupCommitOptions { Gather = TimeSpan.Zero };
        _writer = new GroupCommitWriter(database, options, time, logger);
        _reads = new ReadGate(options, time, database.Judge, logger);
    }

    public async ValueTask<StoredRow?> ReadAsync(GrainId grain, CancellationToken cancellationToken = default)
    {
        var row = RowIdentity.OfCheckpoint(grain);
        if (!_database.CanHold(row)) return null;
        return await _reads.RunAsync(() => _database.ReadAsync(row, cancellationToken), cancellationToken).ConfigureAwait(false) is { Version: { } version, Payload: { } payload } ? new StoredRow(version, payload) : null;
    }

    public async Task<CheckpointOutcome[]> WriteAsync(IReadOnlyList<CheckpointWrite> writes, CancellationToken cancellationToken = default)
    {
        var rows = new RowWrite[writes.Count];
        for (int i = 0; i < rows.Length; i++) rows[i] = RowWrite.Of(writes[i]);
        return Array.ConvertAll(await _writer.WriteAsync(rows, cancellationToken).ConfigureAwait(false), Outcome);
    }

    public ValueTask<IReadOnlyList<HistoryChunk>> ReadHistoryAsync(GrainId grain, long beforeOffset, int maxChunks, CancellationToken cancellationToken = default)
    {
        var row = RowIdentity.OfCheckpoint(grain);
        return _database.CanHold(row) ? _reads.RunAsync(() => _database.ReadHistoryAsync(row, beforeOffset, maxChunks, cancellationToken), cancellationToken) : new([]);
    }

    public ValueTask<IReadOnlyList<HistoryChunk>> FindHistoryAsync(GrainId grain, ulong idHash, CancellationToken cancellationToken = default)
    {
        var row = RowIdentity.OfCheckpoint(grain);
        return _database.CanHold(row) ? _reads.RunAsync(() => _database.FindHistoryAsync(row, idHash, cancellationToken), cancellationToken) : new([]);
    }

    public ValueTask<IReadOnlyList<DueTimer>> ReadDueTimersAsync(
        TopicPartition partition, DateTimeOffset until, int limit, CancellationToken cancellationToken = default) =>
        _reads.RunAsync(() => _database.ReadDueTimersAsync(partition, until, limit, cancellationToken), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync().ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    private static CheckpointOutcome Outcome(RowOutcome outcome) =>
        outcome.IsWritten ? CheckpointOutcome.Written : outcome.Fault is { } fault ? CheckpointOutcome.Unstorable(fault.Message) : CheckpointOutcome.Conflict;

    /// <summary>What else the store holds, once nothing is written any more.</summary>
    protected virtual ValueTask CloseAsync() => ValueTask.CompletedTask;

    public void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }
}
