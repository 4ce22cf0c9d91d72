using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Streams;
using OrleansStream.Streams.Delivery;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.KeyStreams;

/// <summary>
/// A persistent stream provider on the log: one Orleans queue per partition, one stream per key. Not rewindable on purpose: Orleans'
/// token handshake would re-open cursors and move them without delivering.
/// </summary>
internal sealed class LogStreamAdapterFactory : IQueueAdapterFactory, IQueueAdapter, IQueueAdapterCache
{
    private readonly IEventLog _log;
    private readonly LogStreamOptions _options;
    private readonly IStreamIdSelector _selector;
    private readonly StreamRecordFormat _format;
    private readonly LogStreamProducer _producer;
    private readonly PartitionQueueMapper _mapper;
    private readonly ExplicitSubscribers _subscribers;
    private readonly DeadLetterWriter _letters;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<QueueId, (KeyStreamCache Cache, OffsetCommitter Offsets)> _queues = new();

    private LogStreamAdapterFactory(IServiceProvider services, string name)
    {
        Name = name;
        _options = services.GetRequiredService<IOptionsMonitor<LogStreamOptions>>().Get(name);
        _log = services.GetRequiredService<IEventLog>();
        _selector = services.GetRequiredKeyedService<IStreamIdSelector>(name);
        _format = services.GetRequiredKeyedService<StreamRecordFormat>(name);
        _time = services.GetRequiredService<TimeProvider>();
        _logger = services.GetRequiredService<ILoggerFactory>().CreateLogger($"{typeof(LogStreamAdapterFactory).Namespace}.{name}");
        _producer = new LogStreamProducer(name, _log, _selector, _format, _options);
        _letters = new DeadLetterWriter(_log, _options.DeadLetterTimeout, _time, _logger);
        _subscribers = new ExplicitSubscribers(name, services, _logger);
        var partitions = _options.Topics.SelectMany(topic => Enumerable.Range(0, _log.Topics[topic]).Select(p => new TopicPartition(topic, p)));
        _mapper = new PartitionQueueMapper(partitions, PartitionOf);
    }

    public static LogStreamAdapterFactory Create(IServiceProvider services, string name) => new(services, name);

    public string Name { get; }

    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadWrite;

    private string Group => _options.Group ?? Name;

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    public IQueueAdapterCache GetQueueAdapterCache() => this;

    public IStreamQueueMapper GetStreamQueueMapper() => _mapper;

    public Task QueueMessageBatchAsync<T>(StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext) =>
        _producer.AppendAsync(streamId, events, token, requestContext);

    /// <summary>An agent asks for its cache, then for its receiver; one that starts again gets both anew.</summary>
    public IQueueCache CreateQueueCache(QueueId queueId)
    {
        var offsets = new OffsetCommitter(_log, Group, _mapper.PartitionOf(queueId), _options, _time, _logger);
        var cache = new KeyStreamCache(Name, _options, _format, _time, offsets.Complete);
        _queues[queueId] = (cache, offsets);
        return cache;
    }

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId)
    {
        var partition = _mapper.PartitionOf(queueId);
        var (cache, offsets) = _queues[queueId];
        var poll = new PartitionPoll(_log, Group, partition, _options.LongPoll, _time, _logger);
        return new KeyStreamReceiver(partition, cache, poll, offsets, _selector, _letters, _subscribers, _options, _time, _logger);
    }

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) => Task.FromResult<IStreamFailureHandler>(
        new DeadLetterFailureHandler(_mapper.PartitionOf(queueId), () => _queues.GetValueOrDefault(queueId).Cache, _letters, _logger));

    private TopicPartition PartitionOf(StreamId stream)
    {
        var (topic, key) = _selector.PlaceOf(stream);
        return new TopicPartition(topic, Murmur2Partitioner.Partition(key, _log.Topics[topic]));
    }
}
