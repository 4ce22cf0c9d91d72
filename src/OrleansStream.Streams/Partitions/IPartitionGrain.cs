using Orleans.Concurrency;

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
    /// Says from time to time which silo reads the partition, so that this grain is awake while there is something to do, whichever silo died, and comes near.
    /// </summary>
    [AlwaysInterleave]
    [Alias("Attend")]
    ValueTask Attend(SiloAddress receiver);

    /// <summary>Where the partition stands.</summary>
    [AlwaysInterleave]
    [Alias("GetProgress")]
    ValueTask<PartitionProgress> GetProgress();
}

/// <param name="Watermark">Everything before this offset is applied and durable.</param>
/// <param name="Received">The offset after the last record received.</param>
/// <param name="Window">Records received and not yet below the watermark.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.PartitionProgress")]
public readonly record struct PartitionProgress([property: Id(0)] long Watermark, [property: Id(1)] long Received, [property: Id(2)] int Window);
