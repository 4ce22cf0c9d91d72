using OrleansStream.Streams.Checkpoints;

namespace OrleansStream.Streams.ReadModels;

/// <summary>Where read models are kept, so that a start need not read the whole log. A process without one rebuilds its models.</summary>
public interface ISnapshotStore
{
    /// <summary>What was stored last under the name; null when nothing was.</summary>
    Task<byte[]?> ReadAsync(string model, CancellationToken cancellationToken);

    /// <summary>Replaces what is stored; durable when it returns.</summary>
    Task WriteAsync(string model, byte[] snapshot, CancellationToken cancellationToken);
}

/// <summary>
/// Snapshots as rows of the checkpoint store. Silos have equal models and share one row: whose snapshot it is does not matter, each carries its own positions.
/// </summary>
internal sealed class CheckpointSnapshotStore(ICheckpointStore store) : ISnapshotStore
{
    private const int Tries = 3;
    private static readonly GrainType RowType = GrainType.Create("read-model");

    public async Task<byte[]?> ReadAsync(string model, CancellationToken cancellationToken) =>
        (await store.ReadAsync(GrainId.Create(RowType, model), cancellationToken))?.Payload;

    public async Task WriteAsync(string model, byte[] snapshot, CancellationToken cancellationToken)
    {
        var row = GrainId.Create(RowType, model);
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            int version = (await store.ReadAsync(row, cancellationToken))?.Version ?? 0;
            if ((await store.WriteAsync([new CheckpointWrite(row, version, snapshot)], cancellationToken))[0]) return;
        }
        throw new SlotFencedException($"Others kept writing the snapshot of '{model}'; theirs is as good.");
    }
}
