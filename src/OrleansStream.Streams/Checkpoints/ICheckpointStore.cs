using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Checkpoints;

/// <summary>Where core rows and history chunks lie. All writes of one call are one transaction.</summary>
public interface ICheckpointStore
{
    /// <summary>The core row of a grain; null when it has none.</summary>
    ValueTask<StoredRow?> ReadAsync(GrainId grain, CancellationToken cancellationToken = default);

    /// <summary>Writes rows and their new history chunks, durable when the task completes.</summary>
    /// <returns>Per write, in order: false when the row's version was not the expected one; then nothing of that write was stored.</returns>
    Task<bool[]> WriteAsync(IReadOnlyList<CheckpointWrite> writes, CancellationToken cancellationToken = default);

    /// <summary>Chunks of a grain that start before <paramref name="beforeOffset"/>, newest first.</summary>
    ValueTask<IReadOnlyList<HistoryChunk>> ReadHistoryAsync(GrainId grain, long beforeOffset, int maxChunks, CancellationToken cancellationToken = default);

    /// <summary>Chunks of a grain that may hold an output with this id hash, newest first.</summary>
    ValueTask<IReadOnlyList<HistoryChunk>> FindHistoryAsync(GrainId grain, ulong idHash, CancellationToken cancellationToken = default);

    /// <summary>Timers of a partition's keys that are due until then, the earliest first.</summary>
    ValueTask<IReadOnlyList<DueTimer>> ReadDueTimersAsync(TopicPartition partition, DateTimeOffset until, int limit, CancellationToken cancellationToken = default);
}

/// <param name="Version">Counts the writes of the row; its ETag.</param>
/// <param name="Payload">The serialized row.</param>
public sealed record StoredRow(int Version, byte[] Payload);

/// <param name="Grain">Whose row.</param>
/// <param name="ExpectedVersion">The version read or written last; 0 for a new row.</param>
/// <param name="Payload">The serialized row.</param>
/// <param name="Chunks">History to append with it.</param>
/// <param name="Timers">Changes of the timer index, in order.</param>
public sealed record CheckpointWrite(
    GrainId Grain, int ExpectedVersion, byte[] Payload, IReadOnlyList<HistoryChunk> Chunks, IReadOnlyList<TimerWrite> Timers)
{
    public CheckpointWrite(GrainId grain, int expectedVersion, byte[] payload) : this(grain, expectedVersion, payload, [], []) { }
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
public sealed record HistoryChunk(long FirstOffset, byte[] IdHashes, byte[] Payload);
