using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;
using OrleansStream.Streams.Log;

namespace OrleansStream.Benchmarks.Engine;

/// <summary>The least that brings a log's records to Orleans streams with the stock cache: what somebody writes who follows Orleans' own adapters.</summary>
internal sealed class SimpleCacheAdapter(IEventLog log, string topic, int cacheSize) : IQueueAdapterFactory, IQueueAdapter, IQueueAdapterCache
{
    private readonly HashRingBasedStreamQueueMapper _mapper = new(new HashRingStreamQueueMapperOptions { TotalQueueCount = log.Topics[topic] }, topic);

    public string Name => "keys";

    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadOnly;

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    public IQueueAdapterCache GetQueueAdapterCache() => this;

    public IStreamQueueMapper GetStreamQueueMapper() => _mapper;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) => Task.FromResult<IStreamFailureHandler>(new NoOpStreamDeliveryFailureHandler());

    public IQueueCache CreateQueueCache(QueueId queueId) => new SimpleQueueCache(cacheSize, NullLogger.Instance);

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => new Receiver(log.OpenReader(new TopicPartition(topic, (int)queueId.GetNumericId()), 0), topic);

    public Task QueueMessageBatchAsync<T>(StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext) =>
        throw new NotSupportedException();

    private sealed class Receiver(ILogReader reader, string topic) : IQueueAdapterReceiver
    {
        public Task Initialize(TimeSpan timeout) => Task.CompletedTask;

        public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount)
        {
            if (maxCount <= 0) return [];
            var records = await reader.ReadAsync(maxCount, 4 << 20, TimeSpan.FromMilliseconds(100));
            return [.. records.Select(r => new OneRecord(StreamId.Create(topic, r.Key), r))];
        }

        public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

        public Task Shutdown(TimeSpan timeout)
        {
            reader.Dispose();
            return Task.CompletedTask;
        }
    }
}

/// <summary>One record, decoded where it is consumed.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.Bench.OneRecord")]
internal sealed class OneRecord(StreamId streamId, LogRecord record) : IBatchContainer
{
    [Id(0)] public StreamId StreamId { get; } = streamId;

    [Id(1)] public LogRecord Record { get; } = record;

    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(Record.Offset);

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>()
    {
        yield return Tuple.Create((T)(object)new BenchEvent(0, []), SequenceToken);
    }

    public bool ImportRequestContext() => false;
}
