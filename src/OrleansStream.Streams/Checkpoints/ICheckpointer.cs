using System.Collections.Frozen;

namespace OrleansStream.Streams.Checkpoints;

/// <summary>
/// Makes the state of this silo's keys durable, many keys in one transaction (an <i>epoch</i>), and publishes their outputs after
/// it. Nothing that an epoch holds may be shown before it is durable.
/// </summary>
public interface ICheckpointer
{
    /// <summary>Marks the slot dirty; its latest staged row is in the epoch returned, or in an earlier write that this one replaces.</summary>
    /// <exception cref="SlotFencedException">Another activation wrote the row: this one must go.</exception>
    EpochToken Stage(CheckpointSlot slot);

    /// <summary>Somebody waits for what is staged, or for what is staged next: gather for milliseconds only.</summary>
    void Hurry();

    /// <summary>Completes when this silo's epoch is durable and its outputs are published, with the grains whose rows were refused.</summary>
    Task<FrozenSet<GrainId>> WhenDurable(long epoch);
}

/// <summary>A row was written by another activation since this one read it.</summary>
[GenerateSerializer, Alias("OrleansStream.SlotFencedException")]
public sealed class SlotFencedException : Exception
{
    public SlotFencedException() { }
    public SlotFencedException(string message) : base(message) { }
    public SlotFencedException(string message, Exception inner) : base(message, inner) { }
}
