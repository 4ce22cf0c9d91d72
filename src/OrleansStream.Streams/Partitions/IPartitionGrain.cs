using Orleans.Concurrency;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Partitions;

/// <summary>One partition of a topic; key <c>topic/partition</c>.</summary>
[Alias("OrleansStream.IPartitionGrain")]
public interface IPartitionGrain : IGrainWithStringKey
{
    /// <summary>
    /// Waits until every record up to and including <paramref name="offset"/> is applied and durable. False when
    /// <paramref name="timeout"/> passed before.
    /// </summary>
    [AlwaysInterleave]
    [Alias("WaitForWatermark")]
    Task<bool> WaitForWatermark(long offset, TimeSpan timeout);

    /// <summary>
    /// The record that stands for the one at the offset: itself, or the first of its identity when it came again and was dropped. Waits until the record is taken in;
    /// the offset itself when <paramref name="timeout"/> passed before. Only in a log that takes ids twice can it be another.
    /// </summary>
    [AlwaysInterleave]
    [Alias("FindFirst")]
    ValueTask<long> FindFirst(long offset, TimeSpan timeout);

    /// <summary>
    /// Says from time to time which silo reads the partition, so that this grain is awake while there is something to do, whichever silo died, and comes near.
    /// </summary>
    [AlwaysInterleave]
    [Alias("Attend")]
    ValueTask Attend(SiloAddress receiver);

    /// <summary>Where the partition stands.</summary>
    [AlwaysInterleave]
    [Alias("GetProgress")]
    ValueTask<PartitionProgress> GetProgress();

    /// <summary>The same for operators, with what else is known of the partition.</summary>
    [AlwaysInterleave]
    [Alias("GetStatus")]
    ValueTask<PartitionStatus> GetStatus();
}

/// <param name="Watermark">Everything before this offset is applied and durable.</param>
/// <param name="Received">The offset after the last record received.</param>
/// <param name="Window">Records received and not yet below the watermark.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.PartitionProgress")]
public readonly record struct PartitionProgress([property: Id(0)] long Watermark, [property: Id(1)] long Received, [property: Id(2)] int Window);

/// <param name="Partition">Which one.</param>
/// <param name="Silo">Where its grain is.</param>
/// <param name="Owner">How many owners it has had.</param>
/// <param name="Watermark">Everything before this offset is applied and durable.</param>
/// <param name="Received">The offset after the last record received.</param>
/// <param name="WindowRecords">Records received and not yet below the watermark.</param>
/// <param name="WindowBytes">The same in bytes.</param>
/// <param name="HotKeys">The keys with the most records of late, hottest first.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.PartitionStatus")]
public sealed record PartitionStatus(
    [property: Id(0)] TopicPartition Partition, [property: Id(1)] SiloAddress Silo, [property: Id(2)] long Owner, [property: Id(3)] long Watermark,
    [property: Id(4)] long Received, [property: Id(5)] int WindowRecords, [property: Id(6)] long WindowBytes, [property: Id(7)] HotKey[] HotKeys);
