using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Checkpoints;

/// <summary>
/// One activation's place in the checkpoints: what it staged, what is being written, what is durable. The activation stages, the
/// checkpointer takes and confirms; the checkpointer's lock guards the hand-over.
/// </summary>
public abstract class CheckpointSlot(GrainId grain, int version)
{
    public GrainId Grain { get; } = grain;

    /// <summary>The stored row's version; 0 when there is no row.</summary>
    public int Version { get; internal set; } = version;

    /// <summary>Another activation wrote the row: nothing of this one will be stored any more.</summary>
    public bool IsFenced { get; private set; }

    /// <summary>The epoch in which the latest staged row is; 0 when nothing was staged yet.</summary>
    internal long StagedEpoch { get; set; }

    /// <summary>Somebody waits for this slot to become durable.</summary>
    public abstract bool IsAwaited { get; }

    /// <summary>Whether what is staged has outputs, and whether somebody may be waiting for these.</summary>
    public abstract StagedOutputs Outputs { get; }

    /// <summary>The row was refused: this activation is over. Whoever waits for it to become durable waits in vain.</summary>
    internal virtual void Fence() => IsFenced = true;

    /// <summary>Moves what was staged to what is being written; false when an earlier epoch took it already.</summary>
    internal abstract bool Take();

    /// <summary>What was taken as it goes to the store; null when it only leaves and nothing is stored.</summary>
    internal abstract CheckpointWrite? ToWrite();

    /// <summary>What was taken is durable: show it, wake who waits.</summary>
    internal abstract void Confirm();

    /// <summary>The outputs of what was taken, per topic in order.</summary>
    internal abstract IReadOnlyList<(string Topic, LogRecord Record)> TakenOutputs { get; }
}
