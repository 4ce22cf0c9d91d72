using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.KeyStreams;

/// <summary>Any log, with an eye on what goes through it, and with faults on request.</summary>
internal sealed class WatchedLog(IEventLog log) : IEventLog
{
    private long _read;

    /// <summary>Asked before an append; what it gives is thrown.</summary>
    public Func<string, Exception?> FailAppend { get; set; } = _ => null;

    public Func<TopicPartition, Exception?> FailRead { get; set; } = _ => null;

    /// <summary>Asked before an offset is committed; what it gives is thrown.</summary>
    public Func<TopicPartition, long, Exception?> FailCommit { get; set; } = (_, _) => null;

    public Action<TopicPartition, long> Committing { get; set; } = (_, _) => { };

    /// <summary>Records given to readers so far.</summary>
    public long RecordsRead => Interlocked.Read(ref _read);

    public IReadOnlyDictionary<string, int> Topics => log.Topics;

    public bool DropsDuplicates => log.DropsDuplicates;

    public int PartitionOf(string topic, string key) => log.PartitionOf(topic, key);

    public Task<AppendResult[]> AppendAsync(string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellationToken = default) =>
        FailAppend(topic) is { } failure ? Task.FromException<AppendResult[]>(failure) : log.AppendAsync(topic, records, cancellationToken);

    public ILogReader OpenReader(TopicPartition partition, long offset) => new Reader(this, partition, log.OpenReader(partition, offset));

    public ValueTask<long> OffsetForTimeAsync(TopicPartition partition, DateTimeOffset time, CancellationToken cancellationToken = default) =>
        log.OffsetForTimeAsync(partition, time, cancellationToken);

    public LogWatermarks Watermarks(TopicPartition partition) => log.Watermarks(partition);

    public long RecordsFrom(TopicPartition partition, long offset) => log.RecordsFrom(partition, offset);

    public ValueTask<long> CommittedAsync(string group, TopicPartition partition, CancellationToken cancellationToken = default) =>
        log.CommittedAsync(group, partition, cancellationToken);

    public ValueTask CommitAsync(string group, TopicPartition partition, long nextOffset, CancellationToken cancellationToken = default)
    {
        if (FailCommit(partition, nextOffset) is { } failure) return ValueTask.FromException(failure);
        Committing(partition, nextOffset);
        return log.CommitAsync(group, partition, nextOffset, cancellationToken);
    }

    public ValueTask TrimAsync(TopicPartition partition, long beforeOffset, CancellationToken cancellationToken = default) =>
        log.TrimAsync(partition, beforeOffset, cancellationToken);

    public IDisposable Hold(TopicPartition partition, long offset) => log.Hold(partition, offset);

    public List<LogRecord> ReadAll(TopicPartition partition, long from)
    {
        using var reader = log.OpenReader(partition, from);
        var all = new List<LogRecord>();
        for (long high = log.Watermarks(partition).High; reader.NextOffset < high;)
            all.AddRange(reader.ReadAsync(10_000, 64 << 20, TimeSpan.Zero).AsTask().GetAwaiter().GetResult());
        return all;
    }

    private sealed class Reader(WatchedLog watch, TopicPartition partition, ILogReader reader) : ILogReader
    {
        public long NextOffset => reader.NextOffset;

        public async ValueTask<IReadOnlyList<LogRecord>> ReadAsync(int maxRecords, int maxBytes, TimeSpan wait, CancellationToken cancellationToken = default)
        {
            if (watch.FailRead(partition) is { } failure) throw failure;
            var records = await reader.ReadAsync(maxRecords, maxBytes, wait, cancellationToken);
            Interlocked.Add(ref watch._read, records.Count);
            return records;
        }

        public void Dispose() => reader.Dispose();
    }
}
