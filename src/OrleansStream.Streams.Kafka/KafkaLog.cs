using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Kafka.Health;
using OrleansStream.Streams.Kafka.Offsets;
using OrleansStream.Streams.Kafka.Producing;
using OrleansStream.Streams.Kafka.Reading;
using OrleansStream.Streams.Kafka.Records;
using OrleansStream.Streams.Kafka.Topics;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Kafka;

/// <summary>
/// The log on Kafka. One idempotent producer, one consumer on a thread of its own (and a few more for readers far behind), one client for everything else; whoever
/// owns a partition is decided by Orleans, never by a consumer group.
/// </summary>
public sealed class KafkaLog : IEventLog, IAsyncDisposable
{
    private static readonly TimeSpan TopicsInterval = TimeSpan.FromSeconds(30);
    private readonly KafkaLogOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<KafkaLog> _logger;
    private readonly KafkaHealth _health;
    private readonly KafkaClients _clients;
    private readonly TopicPlan _plan;
    private readonly ConsumerOffsets _committed;
    private readonly FeedConsumers _consumers;
    private readonly IAdminClient _admin;
    private readonly EndsMonitor _monitor;
    private readonly LogProducer _producer;
    private readonly CancellationTokenSource _closing = new();
    private readonly Holds _holds = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Dictionary<string, int> _topics;
    private volatile Dictionary<TopicPartition, PartitionFeeds> _partitions = [];
    private Task _background = Task.CompletedTask;
    private int _disposed;

    public KafkaLog(
        IOptions<KafkaLogOptions> options, TimeProvider time, ILogger<KafkaLog> logger, IEnumerable<TopicDeclaration>? declarations = null, IKafkaKeySelector? keys = null)
    {
        (_options, _time, _logger) = (options.Value, time, logger);
        _health = new KafkaHealth(logger);
        _clients = new KafkaClients(_options, _health, logger);
        _plan = new TopicPlan(_options, declarations ?? []);
        _topics = _plan.Provisional;
        _admin = _clients.Admin();
        _committed = new ConsumerOffsets(group => new GroupOffsets(group, _clients, _options, _health, _time));
        _consumers = new FeedConsumers(_options, _clients, new RecordReader(keys), _time, logger);
        _monitor = new EndsMonitor(_admin, _options, _health, _time, logger);
        _producer = new LogProducer(_options, _clients, _health, (partition, offset) => _partitions.GetValueOrDefault(partition)?.Ends.Reached(offset + 1), _time, logger);
    }

    public IReadOnlyDictionary<string, int> Topics => _topics;

    public bool DropsDuplicates => false;

    /// <summary>Why the log does not work, for health; null while it does.</summary>
    public string? Problem => _health.Problem ?? _partitions.Values.Select(p => p.CutOff?.Message).FirstOrDefault(m => m is not null);

    /// <summary>
    /// Creates or checks the topics and finds out where they end. When the brokers do not answer within <see cref="KafkaLogOptions.StartTimeout"/> and every topic has a
    /// configured number of partitions, it returns all the same and goes on in the background: red until it has succeeded.
    /// </summary>
    /// <exception cref="TopicRefusedException">A topic is missing or not as it must be; the message has all errors and their fixes.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken = default)
    {
        long started = _time.GetTimestamp();
        for (int attempt = 0; ; attempt++)
        {
            if (await TryOpenAsync(cancellationToken).ConfigureAwait(false)) break;
            bool late = _time.GetElapsedTime(started) > _options.StartTimeout;
            if (late && _plan.IsComplete)
            {
                _logger.LogError("Kafka does not answer; the process starts without it and goes on trying. {Problem}", _health.Problem);
                _background = Task.Run(() => KeepOpeningAsync(_closing.Token), CancellationToken.None);
                return;
            }
            if (attempt % 10 == 0)
                _logger.LogWarning("Waiting for Kafka at {Brokers}{Why}. {Problem}", _options.BootstrapServers,
                    late ? $", because the number of partitions of {string.Join(", ", _plan.Expected.Where(e => e.Value is null).Select(e => e.Key))} is not configured" : "", _health.Problem);
            await Task.Delay(TimeSpan.FromMilliseconds(250), _time, cancellationToken).ConfigureAwait(false);
        }
        _logger.LogInformation("Log opened on Kafka at {Brokers}: {Topics} topics, {Partitions} partitions, {ElapsedMs:0} ms.",
            _options.BootstrapServers, _topics.Count, _partitions.Count, _time.GetElapsedTime(started).TotalMilliseconds);
        _background = Task.Run(() => WatchTopicsAsync(_closing.Token), CancellationToken.None);
    }

    public int PartitionOf(string topic, string key) => KafkaKey.Partition(key, _topics[topic]);

    public Task<AppendResult[]> AppendAsync(string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellationToken = default)
    {
        int partitions = _topics[topic];
        ThrowUnlessOpen();
        return AppendAsync(topic, partitions, records, cancellationToken);
    }

    public ILogReader OpenReader(TopicPartition partition, long offset) => new KafkaReader(Feeds(partition), offset, _options.RequestTimeout, _time);

    public async ValueTask<long> OffsetForTimeAsync(TopicPartition partition, DateTimeOffset time, CancellationToken cancellationToken = default)
    {
        long high = Feeds(partition).Ends.Current.High;
        if (await _monitor.OffsetAtAsync(partition, Math.Max(0, time.ToUnixTimeMilliseconds())).ConfigureAwait(false) is not { } offset) return high;
        // A broker knows milliseconds, and perhaps when it got the record rather than when it was handed in.
        using var reader = OpenReader(partition, offset);
        while (reader.NextOffset < high)
        {
            var records = await reader.ReadAsync(100, 1 << 20, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            if (records.Count == 0) throw new LogUnavailableException($"{partition} could not be read at {reader.NextOffset}. {_health.Reason("The brokers do not answer.")}");
            foreach (var record in records)
                if (record.ReceivedAt >= time) return record.Offset;
        }
        return high;
    }

    public LogWatermarks Watermarks(TopicPartition partition) => Feeds(partition).Ends.Current;

    public ValueTask<long> CommittedAsync(string group, TopicPartition partition, CancellationToken cancellationToken = default) =>
        _committed.Of(group, partition).CommittedAsync(partition, cancellationToken);

    public ValueTask CommitAsync(string group, TopicPartition partition, long nextOffset, CancellationToken cancellationToken = default) =>
        _committed.Of(group, partition).CommitAsync(partition, nextOffset, cancellationToken);

    public async ValueTask TrimAsync(TopicPartition partition, long beforeOffset, CancellationToken cancellationToken = default)
    {
        var feeds = Feeds(partition);
        long before = Math.Min(Math.Min(beforeOffset, feeds.Ends.Current.High), _holds.Lowest(partition));
        before = Math.Min(before, await _committed.LowestAsync(partition, cancellationToken).ConfigureAwait(false));
        if (before <= feeds.Ends.Current.Low) return;
        try
        {
            await _admin.DeleteRecordsAsync([new TopicPartitionOffset(partition.Topic, partition.Partition, before)]).ConfigureAwait(false);
        }
        catch (KafkaException e)
        {
            throw new LogUnavailableException($"{partition} could not be trimmed: {e.Error.Reason}", e);
        }
        await _monitor.AskAsync(partition).ConfigureAwait(false);
    }

    /// <summary>Keeps records from being removed by <see cref="TrimAsync"/> of this process; the topic's own retention does not know of it.</summary>
    public IDisposable Hold(TopicPartition partition, long offset) => _holds.Add(partition, offset);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _closing.CancelAsync().ConfigureAwait(false);
        await _background.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Run(_producer.Dispose).ConfigureAwait(false);
        foreach (var partition in _partitions.Values) partition.CloseAll();
        await Task.Run(_consumers.Dispose).ConfigureAwait(false);
        await _monitor.DisposeAsync().ConfigureAwait(false);
        await Task.Run(_committed.Dispose).ConfigureAwait(false);
        _admin.Dispose();
        _closing.Dispose();
    }

    private async Task<AppendResult[]> AppendAsync(string topic, int partitions, IReadOnlyList<LogRecord> records, CancellationToken cancellationToken)
    {
        var results = await _producer.AppendAsync(topic, partitions, records, cancellationToken).ConfigureAwait(false);
        int duplicates = 0;
        foreach (var result in results)
            if (result.Duplicate) duplicates++;
        StreamMetrics.Appended.Add(results.Length - duplicates, StreamMetrics.Topic(topic));
        StreamMetrics.Duplicates.Add(duplicates, StreamMetrics.Topic(topic));
        return results;
    }

    private PartitionFeeds Feeds(TopicPartition partition)
    {
        ThrowUnlessOpen();
        return _partitions[partition];
    }

    private void ThrowUnlessOpen()
    {
        if (!_opened.Task.IsCompleted) throw new LogUnavailableException(_health.Reason("Kafka has not answered yet."));
    }

    private async Task<bool> TryOpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var setup = new TopicSetup(new BrokerTopics(_admin, _options), _plan, _committed.Register, _options, _time, _logger);
            var topics = await setup.RunAsync(cancellationToken).ConfigureAwait(false);
            var partitions = topics.SelectMany(t => Enumerable.Range(0, t.Value).Select(p => new TopicPartition(t.Key, p)))
                .ToDictionary(p => p, p => new PartitionFeeds(p, new PartitionEnds(() => _monitor.AskAsync(p)), _consumers, _options, _time));
            await _monitor.StartAsync(partitions.ToDictionary(p => p.Key, p => p.Value.Ends)).ConfigureAwait(false);
            (_topics, _partitions) = (topics, partitions);
            _health.Succeeded();
            _opened.TrySetResult();
            return true;
        }
        catch (TopicRefusedException e)
        {
            _health.Refuse(e.Message);
            throw;
        }
        catch (Exception e) when (e is KafkaException or LogUnavailableException)
        {
            _health.Failed(e is KafkaException k ? $"Kafka at {_options.BootstrapServers} does not answer ({k.Error.Reason})." : e.Message);
            return false;
        }
    }

    private async Task KeepOpeningAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!await TryOpenAsync(cancellationToken).ConfigureAwait(false)) await Task.Delay(TimeSpan.FromSeconds(1), _time, cancellationToken).ConfigureAwait(false);
            await WatchTopicsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (TopicRefusedException)
        {
            // Health says it until the process is started again.
        }
    }

    /// <summary>A topic that grows while it is used puts keys of other producers into other partitions: nothing mends that, and everybody should know.</summary>
    private async Task WatchTopicsAsync(CancellationToken cancellationToken)
    {
        var setup = new TopicSetup(new BrokerTopics(_admin, _options), _plan, _committed.Register, _options, _time, _logger);
        using var timer = new PeriodicTimer(TopicsInterval, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                if (await setup.FindChangedAsync(_topics).ConfigureAwait(false) is { } changed) _health.Refuse(changed);
                await _committed.RefreshAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is KafkaException or LogUnavailableException)
            {
                _logger.LogDebug(e, "The topics could not be looked at; it is tried again.");
            }
        }
    }
}
