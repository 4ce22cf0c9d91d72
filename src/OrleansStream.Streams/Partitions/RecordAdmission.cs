using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Partitions;

/// <summary>
/// What a partition's owner does with records of a log that takes ids twice and that others append to: drops those that came before, and puts those without a key, or
/// in a partition where their key does not belong, into the dead letters. Before it takes the first record it reads the latest ones before it again.
/// </summary>
internal sealed class RecordAdmission(IEventLog log, TopicPartition partition, StreamEngineOptions options, TimeProvider time, ILogger logger)
{
    private readonly SeenRecords _seen = new(options);
    private bool _knowsPast;

    /// <summary>The first of its identity for a record that was dropped; else the offset itself.</summary>
    public long FirstOf(long offset) => _seen.FirstOf(offset);

    /// <summary>Learns which identities stand before the offset, once.</summary>
    /// <exception cref="LogUnavailableException">They could not be read.</exception>
    public async Task LearnPastAsync(long until)
    {
        if (_knowsPast) return;
        long from = until - options.DeduplicationRecords;
        if (from > 0) from = Math.Min(from, await log.OffsetForTimeAsync(partition, time.GetUtcNow() - options.DeduplicationTime));
        from = Math.Max(Math.Max(from, until - options.DeduplicationMaxRecords), 0);
        long started = time.GetTimestamp();
        long reached = await log.ReadStretchAsync(partition, from, until, options, records =>
        {
            foreach (var record in records)
                if (record.Offset < until) _seen.TryAdd(record);
            return Task.CompletedTask;
        });
        if (reached < until) throw new LogUnavailableException($"{partition} could not be read again at {reached}: what came before {until} is not known, and nothing can be taken.");
        _knowsPast = true;
        logger.LogInformation("Partition {Partition}: {Identities} identities before {Offset} known, {ElapsedMs:0} ms.", partition, _seen.Count, until, time.GetElapsedTime(started).TotalMilliseconds);
    }

    /// <summary>Hands the record to its key, or sees to it otherwise.</summary>
    public void Take(LogRecord record, LaneDispatcher dispatcher, CancellationToken stopping)
    {
        if (StrayCode(record) is { } code)
        {
            dispatcher.Await(record, BuryAsync(record, code, stopping));
        }
        else if (record.IsTombstone)
        {
            dispatcher.Drop(record);
        }
        else if (_seen.TryAdd(record))
        {
            dispatcher.Add(record);
        }
        else
        {
            StreamMetrics.Duplicates.Add(1, StreamMetrics.Topic(partition.Topic));
            dispatcher.Drop(record);
        }
    }

    /// <summary>Two partitions with records of one key would give it offsets that say nothing of their order.</summary>
    private string? StrayCode(LogRecord record) =>
        record.Key.Length == 0 ? record.Header(LogHeaders.Unroutable) ?? "no-key"
        : log.PartitionOf(partition.Topic, record.Key) != partition.Partition ? "wrong-partition" : null;

    private async Task BuryAsync(LogRecord record, string code, CancellationToken stopping)
    {
        var position = new Position(partition.Topic, partition.Partition, record.Offset);
        string why = code == "wrong-partition"
            ? $"Its key belongs into partition {log.PartitionOf(partition.Topic, record.Key)}: the producer has to place keys by murmur2, as Kafka's Java client does."
            : "It has no key, and none was found in it.";
        var letter = DeadLetter.Of(record, partition, code, why, 1);
        LogRecord buried = new() { Key = record.Key, Source = partition.Topic, Id = $"{position}/0", Time = record.Time, ReceivedAt = time.GetUtcNow(), Value = letter.ToJson() };
        await Retry.ForeverAsync(() => log.AppendAsync(DeadLetter.TopicName, [buried], stopping), "bury a record that reaches no key", options, time, logger, stopping);
        StreamMetrics.DeadLetters.Add(1, StreamMetrics.Topic(partition.Topic));
        logger.LogError("Record {Position} went to the dead letters as {Code}: {Reason}", position, code, why);
    }
}
