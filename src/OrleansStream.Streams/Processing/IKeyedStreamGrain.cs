using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Processing;

/// <summary>The grain of one key, as its partition grain sees it.</summary>
[Alias("OrleansStream.IKeyedStreamGrain")]
public interface IKeyedStreamGrain : IGrainWithStringKey
{
    /// <summary>
    /// Applies records of this key in order, skips those applied before, and answers without waiting for durability.
    /// </summary>
    /// <returns>The checkpoint epoch that makes the effect durable and publishes the outputs; 0 when there is nothing to wait for.</returns>
    [Alias("Apply")]
    ValueTask<long> Apply(KeyBatch batch);
}

/// <summary>What waits for a key, in order.</summary>
/// <param name="Partition">Where the records come from.</param>
/// <param name="Watermark">Everything of the partition before this offset is durable and its outputs are published.</param>
/// <param name="Records">At least one, offsets ascending.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.KeyBatch")]
public sealed record KeyBatch([property: Id(0)] TopicPartition Partition, [property: Id(1)] long Watermark, [property: Id(2)] LogRecord[] Records);
