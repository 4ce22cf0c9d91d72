using OrleansStream.Storage.Commits;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Storage.Tests.Commits;

/// <summary>Rows in memory that record each transaction, and do what the test says before one is committed.</summary>
internal sealed class FakeRows : IRowDatabase
{
    private readonly Dictionary<RowIdentity, int> _versions = [];

    /// <summary>The keys of each transaction that was tried, in order.</summary>
    public List<string[]> Attempts { get; } = [];

    /// <summary>The keys of each transaction that was committed.</summary>
    public List<string[]> Transactions { get; } = [];

    /// <summary>Runs before a transaction is committed; it may wait or throw.</summary>
    public Func<string[], Task> BeforeCommit { get; set; } = _ => Task.CompletedTask;

    public async Task<int?[]> CommitAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken)
    {
        string[] keys = [.. writes.Select(write => write.Row.Text!)];
        Assert.Equal(keys.Distinct().Count(), keys.Length);
        lock (Attempts) Attempts.Add(keys);
        await BeforeCommit(keys);
        lock (Attempts) Transactions.Add(keys);
        return [.. writes.Select(Apply)];
    }

    public bool CanHold(RowIdentity row) => true;

    public CommitFailure Judge(Exception exception) => exception switch
    {
        InvalidDataException => CommitFailure.Row,
        TimeoutException => CommitFailure.Collision,
        _ => CommitFailure.Outage,
    };

    public ValueTask<RowContent?> ReadAsync(RowIdentity row, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<HistoryChunk>> ReadHistoryAsync(RowIdentity row, long beforeOffset, int maxChunks, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<IReadOnlyList<HistoryChunk>> FindHistoryAsync(RowIdentity row, ulong idHash, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<DueTimer>> ReadDueTimersAsync(TopicPartition partition, DateTimeOffset until, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private int? Apply(RowWrite write)
    {
        int? stored = _versions.TryGetValue(write.Row, out int version) ? version : null;
        if (stored != write.ExpectedVersion) return null;
        return _versions[write.Row] = (write.ExpectedVersion ?? 0) + 1;
    }
}
