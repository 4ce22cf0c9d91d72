using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Conformance.Faults;

/// <summary>Any log, with faults. Operations: <c>log.append:{topic}</c>, <c>log.read</c>, <c>log.committed</c>, <c>log.commit</c>.</summary>
public sealed class FaultyLog(IEventLog inner, FaultInjector faults, string name = "log") : IEventLog
{
    /// <summary>Asked before an offset is stored, whether that succeeds or not.</summary>
    public Func<TopicPartition, long, Task> Committing { get; set; } = (_, _) => Task.CompletedTask;

    public IReadOnlyDictionary<string, int> Topics => inner.Topics;

    public bool DropsDuplicates => inner.DropsDuplicates;

    public int PartitionOf(string topic, string key) => inner.PartitionOf(topic, key);

    public Task<AppendResult[]> AppendAsync(string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellationToken = default) =>
        faults.RunAsync($"{name}.append:{topic}", () => inner.AppendAsync(topic, records, cancellationToken), cancellationToken);

    public ILogReader OpenReader(TopicPartition partition, long offset) => new Reader(inner.OpenReader(partition, offset), faults, name);

    public ValueTask<long> OffsetForTimeAsync(TopicPartition partition, DateTimeOffset time, CancellationToken cancellationToken = default) =>
        inner.OffsetForTimeAsync(partition, time, cancellationToken);

    public LogWatermarks Watermarks(TopicPartition partition) => inner.Watermarks(partition);

    public long RecordsFrom(TopicPartition partition, long offset) => inner.RecordsFrom(partition, offset);

    public async ValueTask<long> CommittedAsync(string group, TopicPartition partition, CancellationToken cancellationToken = default) =>
        await faults.RunAsync($"{name}.committed", () => inner.CommittedAsync(group, partition, cancellationToken).AsTask(), cancellationToken);

    public async ValueTask CommitAsync(string group, TopicPartition partition, long nextOffset, CancellationToken cancellationToken = default)
    {
        await Committing(partition, nextOffset);
        await faults.RunAsync($"{name}.commit", async () =>
        {
            await inner.CommitAsync(group, partition, nextOffset, cancellationToken);
            return true;
        }, cancellationToken);
    }

    public ValueTask TrimAsync(TopicPartition partition, long beforeOffset, CancellationToken cancellationToken = default) =>
        inner.TrimAsync(partition, beforeOffset, cancellationToken);

    public IDisposable Hold(TopicPartition partition, long offset) => inner.Hold(partition, offset);

    private sealed class Reader(ILogReader inner, FaultInjector faults, string name) : ILogReader
    {
        public long NextOffset => inner.NextOffset;

        public async ValueTask<IReadOnlyList<LogRecord>> ReadAsync(int maxRecords, int maxBytes, TimeSpan wait, CancellationToken cancellationToken = default) =>
            await faults.RunAsync($"{name}.read", () => inner.ReadAsync(maxRecords, maxBytes, wait, cancellationToken).AsTask(), cancellationToken);

        public void Dispose() => inner.Dispose();
    }
}
