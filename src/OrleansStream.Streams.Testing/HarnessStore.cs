using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Testing;

/// <summary>Takes history and forgets it: rows are the harness's.</summary>
internal sealed class HarnessStore : ICheckpointStore
{
    public ValueTask<StoredRow?> ReadAsync(GrainId grain, CancellationToken cancellationToken = default) => new((StoredRow?)null);

    public Task<CheckpointOutcome[]> WriteAsync(IReadOnlyList<CheckpointWrite> writes, CancellationToken cancellationToken = default) =>
        Task.FromResult(writes.Select(_ => CheckpointOutcome.Written).ToArray());

    public ValueTask<IReadOnlyList<HistoryChunk>> ReadHistoryAsync(GrainId grain, long beforeOffset, int maxChunks, CancellationToken cancellationToken = default) => new([]);

    public ValueTask<IReadOnlyList<HistoryChunk>> FindHistoryAsync(GrainId grain, ulong idHash, CancellationToken cancellationToken = default) => new([]);

    public ValueTask<IReadOnlyList<DueTimer>> ReadDueTimersAsync(TopicPartition partition, DateTimeOffset until, int limit, CancellationToken cancellationToken = default) => new([]);
}
