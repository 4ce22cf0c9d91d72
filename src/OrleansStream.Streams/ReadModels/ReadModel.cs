using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.ReadModels;

/// <summary>
/// A view over many keys, tailed from a log: every process that needs it has its own, in memory, equal to every other at the same positions. Derive from it, keep
/// it bounded, register it by <see cref="ReadModelExtensions.AddReadModel{TModel}"/>. A partition's records come in order; partitions come as they come, so the
/// view must not depend on their order among each other.
/// </summary>
/// <remarks>
/// A record on which <see cref="Apply"/> throws is logged, counted and skipped: what a model holds can be rebuilt from the log, and one record must not keep it from
/// all later ones. Raise <see cref="Version"/> with the fix, and every process rebuilds.
/// </remarks>
public abstract class ReadModel
{
    /// <summary>Names it in routes, metrics and snapshots, and as the consumer group whose positions retention spares.</summary>
    public abstract string Name { get; }

    /// <summary>The topics it is made of.</summary>
    public abstract IReadOnlyList<string> Topics { get; }

    /// <summary>What <see cref="Snapshot"/> writes and how <see cref="Apply"/> works. A snapshot of another version is not read: the model is rebuilt.</summary>
    public virtual int Version => 1;

    /// <summary>
    /// So many records must have come for a snapshot to be worth its writing; a large model is stored more rarely, and a start reads more of the log. Asked under no lock.
    /// </summary>
    protected internal virtual long RecordsWorthStoring => 0;

    /// <summary>Held while the model changes or is copied; queries hold it too.</summary>
    protected internal object Gate { get; } = new();

    /// <summary>Takes one record in. Called under <see cref="Gate"/>; changes nothing when it throws.</summary>
    protected internal abstract void Apply(TopicPartition partition, LogRecord record);

    /// <summary>Forgets everything. Called under <see cref="Gate"/>.</summary>
    protected internal abstract void Reset();

    /// <summary>
    /// All of it as bytes, in pieces of some hundred kilobytes, none when it is empty. Called under <see cref="Gate"/>; the pieces are made one after the other when it is
    /// released, while the model changes: hold what they need, an array of immutable entries as a rule, before the first.
    /// </summary>
    protected internal abstract IEnumerable<byte[]> Snapshot();

    /// <summary>
    /// Takes over one piece of what <see cref="Snapshot"/> of this version wrote, in order. Called under <see cref="Gate"/>, after <see cref="Reset"/>; what it throws
    /// leads to a rebuild.
    /// </summary>
    protected internal abstract void Restore(ReadOnlySpan<byte> piece);
}
