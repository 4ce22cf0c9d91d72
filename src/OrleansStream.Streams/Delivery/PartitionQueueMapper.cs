using Orleans.Streams;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Delivery;

/// <summary>One Orleans queue per partition, spread evenly over the ring that balances queues among silos.</summary>
internal sealed class PartitionQueueMapper : IConsistentRingStreamQueueMapper
{
    private readonly Dictionary<TopicPartition, QueueId> _queues = [];
    private readonly Dictionary<QueueId, TopicPartition> _partitions = [];

    private readonly Func<StreamId, TopicPartition> _partitionOf;

    public PartitionQueueMapper(IEnumerable<TopicPartition> partitions, Func<StreamId, TopicPartition> partitionOf)
    {
        _partitionOf = partitionOf;
        var all = partitions.ToList();
        for (int i = 0; i < all.Count; i++)
        {
            uint place = (uint)((ulong)i * uint.MaxValue / (ulong)all.Count);
            var queue = QueueId.GetQueueId(all[i].Topic, (uint)all[i].Partition, place);
            _queues.Add(all[i], queue);
            _partitions.Add(queue, all[i]);
        }
    }

    public TopicPartition PartitionOf(QueueId queue) => _partitions[queue];

    public IEnumerable<QueueId> GetAllQueues() => _partitions.Keys;

    public QueueId GetQueueForStream(StreamId streamId) => _queues[_partitionOf(streamId)];

    public IEnumerable<QueueId> GetQueuesForRange(IRingRange range) =>
        _partitions.Keys.Where(queue => range.InRange(queue.GetUniformHashCode()));
}
