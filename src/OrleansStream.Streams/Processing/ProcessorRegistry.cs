using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Processing;

/// <summary>A keyed processor: which grain handles which topic, and where its outputs go.</summary>
/// <param name="Topic">The input topic.</param>
/// <param name="GrainType">The type of the key's grain.</param>
/// <param name="OutputTopic">The topic of its outputs.</param>
public sealed record Processor(string Topic, GrainType GrainType, string OutputTopic);

/// <summary>All processors of this process.</summary>
public sealed class ProcessorRegistry(IEnumerable<Processor> processors)
{
    private readonly Dictionary<string, Processor> _byTopic = processors.ToDictionary(p => p.Topic);

    public IReadOnlyCollection<Processor> All => _byTopic.Values;

    public Processor ForTopic(string topic) => _byTopic[topic];

    /// <summary>The partitions of every topic that has a processor.</summary>
    public IEnumerable<TopicPartition> Partitions(IEventLog log) =>
        from processor in _byTopic.Values
        from partition in Enumerable.Range(0, log.Topics[processor.Topic])
        select new TopicPartition(processor.Topic, partition);
}
