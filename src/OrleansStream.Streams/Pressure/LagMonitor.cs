using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Pressure;

/// <summary>
/// Looks once a second how far the processors are behind the log, from what the log itself knows: the high watermark and the committed offset. It answers for
/// metrics and for the edge, which refuses records when the processors are too far behind. Any process with the log can run it.
/// </summary>
public sealed class LagMonitor : BackgroundService, IIngestGate
{
    private readonly IEventLog _log;
    private readonly ProcessorRegistry _processors;
    private readonly PressureOptions _options;
    private readonly string _group;
    private readonly TimeProvider _time;
    private readonly ILogger<LagMonitor> _logger;
    private readonly Dictionary<TopicPartition, WatermarkAge> _ages = [];
    private readonly TopicStalls _stalls = new();
    private readonly SemaphoreSlim _looking = new(1, 1);
    private volatile IReadOnlyDictionary<TopicPartition, PartitionLag> _lags = new Dictionary<TopicPartition, PartitionLag>();

    public LagMonitor(
        IEventLog log, ProcessorRegistry processors, IOptions<PressureOptions> options, IOptions<StreamEngineOptions> engine, TimeProvider time, ILogger<LagMonitor> logger)
    {
        (_log, _processors, _options, _group, _time, _logger) = (log, processors, options.Value, engine.Value.Group, time, logger);
        StreamMetrics.Observe(this);
    }

    /// <summary>As of the last look.</summary>
    public IReadOnlyDictionary<TopicPartition, PartitionLag> Lags => _lags;

    public IngestPressure? Check(string topic)
    {
        if (_stalls.Of(topic) is var stalled && stalled > _options.MaxStall)
            return new IngestPressure("stalled", _options.RetryAfter, $"Nothing of '{topic}' has been applied for {stalled.TotalSeconds:0} s, and records wait; at most {_options.MaxStall.TotalSeconds:0} s are allowed.");
        foreach (var (partition, lag) in _lags)
        {
            if (partition.Topic != topic) continue;
            if (lag.Records > _options.MaxLagRecords)
                return new IngestPressure("lag", _options.RetryAfter, $"{lag.Records:N0} records of '{topic}' wait to be applied; at most {_options.MaxLagRecords:N0} may. Send more slowly.");
            if (lag.WatermarkAge > _options.MaxWatermarkAge)
                return new IngestPressure("watermark-age", _options.RetryAfter, $"Records of '{topic}' have been waiting for {lag.WatermarkAge.TotalSeconds:0} s; at most {_options.MaxWatermarkAge.TotalSeconds:0} s are allowed.");
        }
        return null;
    }

    /// <summary>Looks now.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(cancellationToken);
        try
        {
            _lags = await MeasureAsync(cancellationToken);
        }
        finally
        {
            _looking.Release();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _looking.Dispose();
    }

    private async Task<Dictionary<TopicPartition, PartitionLag>> MeasureAsync(CancellationToken cancellationToken)
    {
        var lags = new Dictionary<TopicPartition, PartitionLag>();
        foreach (var partition in _processors.Partitions(_log))
        {
            long committed = await _log.CommittedAsync(_group, partition, cancellationToken);
            var (low, high) = _log.Watermarks(partition);
            if (!_ages.TryGetValue(partition, out var age)) _ages.Add(partition, age = new WatermarkAge());
            committed = Math.Max(committed, low);
            lags.Add(partition, new PartitionLag(partition, low, high, committed, _log.RecordsFrom(partition, committed), age.Of(committed, high, _time.GetUtcNow())));
        }
        _stalls.Look(lags, _time.GetUtcNow());
        return lags;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // There from the start: a rate that has no beginning shows nothing of its first rise.
        foreach (var processor in _processors.All) StreamMetrics.DeadLetters.Add(0, StreamMetrics.Topic(processor.Names.Topic));
        using var timer = new PeriodicTimer(_options.Interval, _time);
        do
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                _logger.LogWarning(e, "The log could not be asked how far its consumers are; what was known before stands.");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}

/// <param name="Partition">Of a topic that has a processor.</param>
/// <param name="Low">The oldest readable offset.</param>
/// <param name="High">The offset after the newest durable record.</param>
/// <param name="Committed">Everything before it is applied and durable.</param>
/// <param name="Records">From the committed offset to the end, as far as the log knows its holes. None when the end was cut off below what is committed.</param>
/// <param name="WatermarkAge">How long the oldest record that is not committed has been waiting, to about a second; zero when none is.</param>
public sealed record PartitionLag(TopicPartition Partition, long Low, long High, long Committed, long Records, TimeSpan WatermarkAge);
