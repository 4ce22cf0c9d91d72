using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Processing;

/// <summary>All processors of this process.</summary>
public sealed class ProcessorRegistry
{
    private static GrainInterfaceType _interface;
    private readonly Dictionary<string, StreamProcessor> _byTopic = [];
    private readonly Dictionary<GrainType, StreamProcessor> _byGrain = [];

    /// <exception cref="InvalidOperationException">Two processors share a topic, a key or a route.</exception>
    public ProcessorRegistry(IEnumerable<StreamProcessor> processors)
    {
        var keys = new HashSet<string>();
        var outputs = new HashSet<string>();
        foreach (var processor in processors)
        {
            var names = processor.Names;
            if (!_byTopic.TryAdd(processor.Names.Topic, processor) || !_byGrain.TryAdd(processor.GrainType, processor))
                throw new InvalidOperationException($"Two processors have the topic '{processor.Names.Topic}' or the key '{processor.Names.Key}'. A topic has one processor, a key one grain type.");
            if (!keys.Add(names.Keys) || !outputs.Add(names.OutputTopic))
                throw new InvalidOperationException($"Two processors have the routes '{names.Keys}' or the output topic '{names.OutputTopic}'. Give each its own names.");
        }
    }

    public IReadOnlyCollection<StreamProcessor> All => _byTopic.Values;

    /// <summary>The processor of an input topic.</summary>
    public StreamProcessor ForTopic(string topic) => _byTopic[topic];

    /// <summary>Null when the topic has no processor.</summary>
    public StreamProcessor? FindTopic(string topic) => _byTopic.GetValueOrDefault(topic);

    public StreamProcessor ForGrain(GrainType type) => _byGrain[type];

    /// <summary>The partitions of every topic that has a processor.</summary>
    public IEnumerable<TopicPartition> Partitions(IEventLog log) =>
        from topic in _byTopic.Keys
        from partition in Enumerable.Range(0, log.Topics[topic])
        select new TopicPartition(topic, partition);

    /// <summary>The grain of a key.</summary>
    public static IKeyedStreamGrain Grain(IGrainFactory grains, StreamProcessor processor, string key)
    {
        var id = GrainId.Create(processor.GrainType, key);
        // To ask Orleans for a reference by C# type costs a search through attributes each time: it is asked once, for the interface's name.
        if (_interface.IsDefault) _interface = ((GrainReference)grains.GetGrain(id).AsReference<IKeyedStreamGrain>()).InterfaceType;
        return (IKeyedStreamGrain)grains.GetGrain(id, _interface);
    }
}
