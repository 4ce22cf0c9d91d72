using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Delivery;

/// <summary>How a partition is named as an Orleans stream: namespace <c>partition</c>, key <c>topic/partition</c>.</summary>
public static class PartitionStreams
{
    /// <summary>The stream provider's name.</summary>
    public const string Provider = "log";

    public const string Namespace = "partition";

    public static StreamId IdOf(TopicPartition partition) => StreamId.Create(Namespace, partition.ToString());

    public static TopicPartition PartitionOf(StreamId stream) => TopicPartition.Parse(stream.GetKeyAsString());
}
