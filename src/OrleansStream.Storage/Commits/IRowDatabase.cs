using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Storage.Commits;

/// <summary>What group commit needs of a database.</summary>
internal interface IRowDatabase : IAsyncDisposable
{
    /// <summary>Writes rows, no two of one identity, in one transaction; completes after its commit. Called by one at a time.</summary>
    /// <returns>Per write, in order: the row's new version, null when it did not have the expected one.</returns>
    Task<int?[]> CommitAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken);

    /// <summary>False for a row whose key the database has no text for: there is none, and never will be.</summary>
    bool CanHold(RowIdentity row);

    /// <summary>How a failed transaction is to be taken.</summary>
    CommitFailure Judge(Exception exception);

    ValueTask<RowContent?> ReadAsync(RowIdentity row, CancellationToken cancellationToken);

    ValueTask<IReadOnlyList<HistoryChunk>> ReadHistoryAsync(RowIdentity row, long beforeOffset, int maxChunks, CancellationToken cancellationToken);

    ValueTask<IReadOnlyList<HistoryChunk>> FindHistoryAsync(RowIdentity row, ulong idHash, CancellationToken cancellationToken);

    ValueTask<IReadOnlyList<DueTimer>> ReadDueTimersAsync(TopicPartition partition, DateTimeOffset until, int limit, CancellationToken cancellationToken);
}

internal enum CommitFailure
{
    /// <summary>The database does not work now; nothing says that a row is to blame.</summary>
    Outage,

    /// <summary>A row of the transaction cannot be stored, whenever it is tried.</summary>
    Row,

    /// <summary>Another transaction got in the way (deadlock, serialization); the same transaction succeeds when it is tried again.</summary>
    Collision,
}
