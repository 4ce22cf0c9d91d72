using Orleans.Providers.Streams.Common;
using Orleans.Streams;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Delivery;

/// <summary>
/// What one read of a partition gave: one record when idle, thousands under load. It is both the container that Orleans
/// delivers and the event the partition grain receives, so that nothing is unpacked on the way.
/// </summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.RecordBatch")]
public sealed class RecordBatch : IBatchContainer
{
    [Id(0)] public required TopicPartition Partition { get; init; }

    /// <summary>Where the read started. Nothing readable lies between it and the first record.</summary>
    [Id(1)] public required long From { get; init; }

    /// <summary>At least one record, offsets ascending.</summary>
    [Id(2)] public required IReadOnlyList<LogRecord> Records { get; init; }

    /// <summary>What the records weigh, in bytes.</summary>
    public long Bytes() => Records.Sum(r => (long)r.Size);

    public StreamId StreamId => PartitionStreams.IdOf(Partition);

    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(Records[0].Offset);

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>()
    {
        if (this is T whole) yield return Tuple.Create(whole, SequenceToken);
    }

    public bool ImportRequestContext() => false;
}
