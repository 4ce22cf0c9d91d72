using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.KeyStreams;

/// <summary>Any log, with an eye on what goes through it, and with faults on request.</summary>
internal sealed class WatchedLog(IEventLog log) : DelegatingLog(log)
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

    public override Task<AppendResult[]> AppendAsync(string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellationToken = default) =>
        FailAppend(topic) is { } failure ? Task.FromException<AppendResult[]>(failure) : base.AppendAsync(topic, records, cancellationToken);

    public override ILogReader OpenReader(TopicPartition partition, long offset) => new Reader(this, partition, base.OpenReader(partition, offset));

    public override ValueTask CommitAsync(string group, TopicPartition partition, long nextOffset, CancellationToken cancellationToken = default)
    {
        if (FailCommit(partition, nextOffset) is { } failure) return ValueTask.FromException(failure);
        Committing(partition, nextOffset);
        return base.CommitAsync(group, partition, nextOffset, cancellationToken);
    }

    public List<LogRecord> ReadAll(TopicPartition partition, long from)
    {
        using var reader = Inner.OpenReader(partition, from);
        var all = new List<LogRecord>();
        for (long high = Watermarks(partition).High; reader.NextOffset < high;)
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
