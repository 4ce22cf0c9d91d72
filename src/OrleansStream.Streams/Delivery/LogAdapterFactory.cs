using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Streams;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Delivery;

/// <summary>
/// Presents the log's partitions to Orleans' persistent streams, read-only: records are appended through
/// <see cref="IEventLog"/>. Not rewindable on purpose: Orleans' token handshake would re-open a cursor and discard one
/// container; filtering by position is the grains'.
/// </summary>
internal sealed class LogAdapterFactory : IQueueAdapterFactory, IQueueAdapter, IQueueAdapterCache
{
    private readonly IEventLog _log;
    private readonly StreamEngineOptions _options;
    private readonly PartitionQueueMapper _mapper;
    private readonly TimeProvider _time;
    private readonly ILogger<LogReceiver> _logger;

    private LogAdapterFactory(string name, IServiceProvider services)
    {
        Name = name;
        _log = services.GetRequiredService<IEventLog>();
        _options = services.GetRequiredService<IOptions<StreamEngineOptions>>().Value;
        _time = services.GetRequiredService<TimeProvider>();
        _logger = services.GetRequiredService<ILogger<LogReceiver>>();
        _mapper = new PartitionQueueMapper(services.GetRequiredService<ProcessorRegistry>().Partitions(_log), PartitionStreams.PartitionOf);
    }

    public static LogAdapterFactory Create(IServiceProvider services, string name) => new(name, services);

    public string Name { get; }

    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadOnly;

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    public IQueueAdapterCache GetQueueAdapterCache() => this;

    public IStreamQueueMapper GetStreamQueueMapper() => _mapper;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) =>
        Task.FromResult<IStreamFailureHandler>(new NoOpStreamDeliveryFailureHandler());

    public IQueueCache CreateQueueCache(QueueId queueId) => new PartitionCache(_options.CacheContainers);

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId)
    {
        var partition = _mapper.PartitionOf(queueId);
        return new LogReceiver(new PartitionPoll(_log, _options.Group, partition, _options.LongPoll, _time, _logger), partition, _options);
    }

    public Task QueueMessageBatchAsync<T>(StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext) =>
        throw new NotSupportedException("Records are appended through IEventLog, which answers with their positions.");
}
