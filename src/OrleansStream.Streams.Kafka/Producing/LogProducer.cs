using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Kafka.Health;
using OrleansStream.Streams.Kafka.Records;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Kafka.Producing;

/// <summary>
/// Appends through one idempotent producer, acknowledged by all in-sync replicas, without a thread that waits. A record whose caller gave up stays under way; when its
/// id comes again meanwhile, the second call joins it, so that no retry, however often, puts it there twice or out of order.
/// </summary>
internal sealed class LogProducer : IDisposable
{
    private readonly KafkaLogOptions _options;
    private readonly KafkaClients _clients;
    private readonly KafkaHealth _health;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action<TopicPartition, long> _appended;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Topic, UInt128 Identity), PendingRecord> _pending = [];
    private IProducer<byte[], ReadOnlyMemory<byte>> _producer;
    private long _waitingBytes;
    private bool _disposed;

    /// <param name="options">Settings.</param>
    /// <param name="clients">Makes the producer.</param>
    /// <param name="health">Told of every answer.</param>
    /// <param name="appended">Told of every acknowledged record, before its call is done.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log's.</param>
    public LogProducer(KafkaLogOptions options, KafkaClients clients, KafkaHealth health, Action<TopicPartition, long> appended, TimeProvider time, ILogger logger)
    {
        (_options, _clients, _health, _appended, _time, _logger) = (options, clients, health, appended, time, logger);
        _producer = clients.Producer(Replace);
    }

    /// <inheritdoc cref="IEventLog.AppendAsync"/>
    public async Task<AppendResult[]> AppendAsync(string topic, int partitions, IReadOnlyList<LogRecord> records, CancellationToken cancellationToken)
    {
        if (records.Count == 0) return [];
        var sizes = new int[records.Count];
        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = RecordWriter.MaxSize(records[i]);
            if (records[i].Size > _options.MaxRecordBytes)
                throw new ArgumentException($"A record of {records[i].Size} bytes is larger than {KafkaLogOptions.Section}:{nameof(KafkaLogOptions.MaxRecordBytes)} ({_options.MaxRecordBytes}) allows.", nameof(records));
        }
        var call = new AppendCall(records.Count);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            ThrowIfFull(topic, sizes);
            for (int i = 0; i < sizes.Length; i++) Send(topic, partitions, records[i], call, i, sizes[i]);
        }
        try
        {
            await call.Done.WaitAsync(_options.RequestTimeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new LogUnavailableException($"Records for '{topic}' were not acknowledged within {_options.RequestTimeout.TotalSeconds:0.#} s. {_health.Reason("The brokers do not answer.")} Send them again with the same ids.");
        }
        return call.Results;
    }

    /// <summary>The broker has answered, or it is known that it will not.</summary>
    public void Settle(PendingRecord record, TopicPartitionOffset place, Error error)
    {
        lock (_gate)
        {
            // Given up with its producer, it may be under way again through another.
            if (!_pending.TryGetValue((record.Topic, record.Identity), out var current) || current != record) return;
            _pending.Remove((record.Topic, record.Identity));
            _waitingBytes -= record.Bytes;
        }
        if (error.IsError)
        {
            record.Fail(KafkaErrors.OfAppend(error, record.Topic, _health));
            return;
        }
        if (place.Offset.Value < 0)
        {
            // The broker remembers that it has it and no longer where: a second one is dropped by the partition's owner, a position nobody can wait for helps nobody.
            record.Fail(new LogUnavailableException($"A record for '{record.Topic}' was acknowledged without its place. Send it again with the same id."));
            return;
        }
        var partition = new TopicPartition(record.Topic, place.Partition.Value);
        _appended(partition, place.Offset.Value);
        record.Complete(new Position(partition.Topic, partition.Partition, place.Offset.Value));
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
        }
        try
        {
            _producer.Flush(_options.RequestTimeout / 2);
        }
        catch (KafkaException e)
        {
            _logger.LogDebug(e, "The producer could not be flushed.");
        }
        _producer.Dispose();
        GiveUp("The log was closed.");
    }

    private void ThrowIfFull(string topic, int[] sizes)
    {
        long bytes = 0;
        foreach (int size in sizes) bytes += size;
        // A call larger than the bound passes when nothing else waits.
        if (_pending.Count == 0 || (_pending.Count + sizes.Length <= _options.MaxWaitingRecords && _waitingBytes + bytes <= _options.MaxWaitingBytes)) return;
        throw new LogOverloadedException($"{_pending.Count:N0} records ({_waitingBytes:N0} bytes) wait to be acknowledged; '{topic}' takes no more now. Nothing was taken; send it again in a moment.");
    }

    /// <summary>Under the lock, so that the records of a key go in the order of their calls.</summary>
    private void Send(string topic, int partitions, LogRecord record, AppendCall call, int index, int bytes)
    {
        var identity = IdentityHash.Of(record);
        if (_pending.TryGetValue((topic, identity), out var known))
        {
            known.Add(call, index);
            return;
        }
        var pending = new PendingRecord(this, topic, identity, bytes);
        pending.Add(call, index);
        byte[] key = KafkaKey.ToBytes(record.Key);
        try
        {
            var target = new Confluent.Kafka.TopicPartition(topic, KafkaKey.Partition(key, partitions));
            _producer.Produce(target, RecordWriter.ToMessage(topic, record, key), pending.Reported);
            _pending.Add((topic, identity), pending);
            _waitingBytes += bytes;
        }
        catch (ProduceException<byte[], ReadOnlyMemory<byte>> e)
        {
            if (e.Error.IsFatal) Replace(e.Error);
            call.Fail(KafkaErrors.OfAppend(e.Error, topic, _health));
        }
    }

    /// <summary>A producer that has met a fatal error never works again: what it had is given up, and another takes its place.</summary>
    private void Replace(Error error)
    {
        _logger.LogError("The producer failed for good and is replaced: {Reason}", error.Reason);
        IProducer<byte[], ReadOnlyMemory<byte>> failed;
        lock (_gate)
        {
            if (_disposed) return;
            failed = _producer;
            _producer = _clients.Producer(Replace);
        }
        // Called on the producer's own thread, which it would wait for.
        ThreadPool.UnsafeQueueUserWorkItem(_ => failed.Dispose(), null);
        GiveUp("The producer was replaced.");
    }

    private void GiveUp(string why)
    {
        PendingRecord[] given;
        lock (_gate)
        {
            given = [.. _pending.Values];
            _pending.Clear();
            _waitingBytes = 0;
        }
        foreach (var record in given)
            record.Fail(new LogUnavailableException($"Records for '{record.Topic}' were given up. {why} Send them again with the same ids."));
    }
}
