using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Replay;

/// <summary>What to read of one partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="From">The first offset.</param>
/// <param name="To">The first offset not to read; null goes on live without an end.</param>
/// <param name="Key">Only records of this key.</param>
public sealed record ReplayRange(TopicPartition Partition, long From, long? To = null, string? Key = null);

/// <summary>The next piece of a replay. Pieces of a partition follow on each other: one's <see cref="From"/> is the <see cref="Until"/> of the one before.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="From">Where the piece starts.</param>
/// <param name="Until">The first offset after it.</param>
/// <param name="Skipped">Offsets at its start that the log has trimmed: they cannot be replayed any more.</param>
/// <param name="Records">The records wanted, offsets ascending; none when all were trimmed or are other keys'.</param>
/// <param name="IsLive">The replay has joined the live end: what comes is as new as the log has it.</param>
public sealed record ReplayBatch(TopicPartition Partition, long From, long Until, long Skipped, IReadOnlyList<LogRecord> Records, bool IsLive);
