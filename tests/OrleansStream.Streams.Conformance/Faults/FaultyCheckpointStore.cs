using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Conformance.Faults;

/// <summary>Any store, with faults. Operations: <c>store.read</c>, <c>store.write</c>, <c>store.history</c>, <c>store.timers</c>.</summary>
public sealed class FaultyCheckpointStore(ICheckpointStore inner, FaultInjector faults) : ICheckpointStore
{
    private volatile TaskCompletionSource? _frozen;

    /// <summary>Told what was stored, before anybody else hears of it.</summary>
    public Action<IReadOnlyList<CheckpointWrite>, CheckpointOutcome[]> Written { get; set; } = (_, _) => { };

    /// <summary>Nothing is written until <see cref="Thaw"/>.</summary>
    public void Freeze() => _frozen ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Thaw()
    {
        var frozen = _frozen;
        _frozen = null;
        frozen?.SetResult();
    }

    public bool KeepsHistory => inner.KeepsHistory;

    public async ValueTask<StoredRow?> ReadAsync(GrainId grain, CancellationToken cancellationToken = default) =>
        await faults.RunAsync("store.read", () => inner.ReadAsync(grain, cancellationToken).AsTask(), cancellationToken);

    public async Task<CheckpointOutcome[]> WriteAsync(IReadOnlyList<CheckpointWrite> writes, CancellationToken cancellationToken = default)
    {
        if (_frozen is { } frozen) await frozen.Task.WaitAsync(cancellationToken);
        return await faults.RunAsync("store.write", async () =>
        {
            var outcomes = await inner.WriteAsync(writes, cancellationToken);
            Written(writes, outcomes);
            return outcomes;
        }, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<HistoryChunk>> ReadHistoryAsync(GrainId grain, long beforeOffset, int maxChunks, CancellationToken cancellationToken = default) =>
        await faults.RunAsync("store.history", () => inner.ReadHistoryAsync(grain, beforeOffset, maxChunks, cancellationToken).AsTask(), cancellationToken);

    public ValueTask<IReadOnlyList<HistoryChunk>> FindHistoryAsync(GrainId grain, ulong idHash, CancellationToken cancellationToken = default) =>
        inner.FindHistoryAsync(grain, idHash, cancellationToken);

    public async ValueTask<IReadOnlyList<DueTimer>> ReadDueTimersAsync(
        TopicPartition partition, DateTimeOffset until, int limit, CancellationToken cancellationToken = default) =>
        await faults.RunAsync("store.timers", () => inner.ReadDueTimersAsync(partition, until, limit, cancellationToken).AsTask(), cancellationToken);
}
