using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Checkpoints;

/// <summary>Where core rows and history chunks lie. All writes of one call are one transaction, unless one of them cannot be stored: then it alone is left out.</summary>
public interface ICheckpointStore
{
    /// <summary>False when it has no place for history chunks: whoever has more outputs than its row may hold forgets the oldest that are published.</summary>
    bool KeepsHistory => true;

    /// <summary>The core row of a grain; null when it has none, or when it has a key that the store cannot hold.</summary>
    ValueTask<StoredRow?> ReadAsync(GrainId grain, CancellationToken cancellationToken = default);

    /// <summary>Writes rows and their new history chunks, durable when the task completes.</summary>
    /// <returns>Per write, in order. Of one that is not written nothing was stored; the others were.</returns>
    /// <exception cref="Exception">The store does not work now: nobody knows what was stored. Never thrown for what one write brings.</exception>
    Task<CheckpointOutcome[]> WriteAsync(IReadOnlyList<CheckpointWrite> writes, CancellationToken cancellationToken = default);

    /// <summary>Chunks of a grain that start before <paramref name="beforeOffset"/>, newest first.</summary>
    ValueTask<IReadOnlyList<HistoryChunk>> ReadHistoryAsync(GrainId grain, long beforeOffset, int maxChunks, CancellationToken cancellationToken = default);

    /// <summary>Chunks of a grain that may hold an output with this id hash, newest first.</summary>
    ValueTask<IReadOnlyList<HistoryChunk>> FindHistoryAsync(GrainId grain, ulong idHash, CancellationToken cancellationToken = default);

    /// <summary>Timers of a partition's keys that are due until then, the earliest first.</summary>
    ValueTask<IReadOnlyList<DueTimer>> ReadDueTimersAsync(TopicPartition partition, DateTimeOffset until, int limit, CancellationToken cancellationToken = default);
}

/// <summary>What became of one write.</summary>
/// <param name="IsWritten">It is durable.</param>
/// <param name="Fault">Why the store can never hold it, however often it is tried: too large, a constraint, no text. Null when it is written, or when the row's version was not the expected one.</param>
public readonly record struct CheckpointOutcome(bool IsWritten, string? Fault)
{
    public static readonly CheckpointOutcome Written = new(true, null);

    /// <summary>The row's version was not the expected one: another activation has written it.</summary>
    public static readonly CheckpointOutcome Conflict = new(false, null);

    public static CheckpointOutcome Unstorable(string fault) => new(false, fault);
}

/// <param name="Version">Counts the writes of the row; its ETag.</param>
/// <param name="Payload">The serialized row.</param>
public sealed record StoredRow(int Version, byte[] Payload);

/// <param name="Grain">Whose row.</param>
/// <param name="ExpectedVersion">The version read or written last; 0 for a new row.</param>
/// <param name="Payload">The serialized row; null deletes the row, as if it had never been: what comes next is a new row. Its history stays.</param>
/// <param name="Chunks">History to append with it.</param>
/// <param name="Timers">Changes of the timer index, in order.</param>
public sealed record CheckpointWrite(
    GrainId Grain, int ExpectedVersion, byte[]? Payload, IReadOnlyList<HistoryChunk> Chunks, IReadOnlyList<TimerWrite> Timers)
{
    public CheckpointWrite(GrainId grain, int expectedVersion, byte[]? payload) : this(grain, expectedVersion, payload, [], []) { }
}

/// <summary>Sets, moves or cancels a timer of the grain's key in the index of its partition.</summary>
/// <param name="Partition">The key's partition.</param>
/// <param name="Name">The timer's name within its key.</param>
/// <param name="DueAt">Null cancels.</param>
public sealed record TimerWrite(TopicPartition Partition, string Name, DateTimeOffset? DueAt);

/// <summary>A timer that is set.</summary>
public sealed record DueTimer(string Key, string Name, DateTimeOffset DueAt);

/// <summary>Outputs that no longer fit the core row; written once, never changed.</summary>
/// <param name="FirstOffset">The input offset of the oldest output; with the grain the chunk's key.</param>
/// <param name="IdHashes">8 bytes per output, to find one by id.</param>
/// <param name="Payload">The serialized outputs.</param>
public sealed record HistoryChunk(long FirstOffset, byte[] IdHashes, byte[] Payload)
{
    /// <summary>The grain's chunks that start before this offset go when this one is written; 0 for none.</summary>
    public long DropsBefore { get; init; }
}
