using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Kafka;

/// <summary>A log whose topics and groups have longer names than its user knows: tests that share brokers keep out of each other's way.</summary>
internal sealed class RenamedLog(IEventLog inner, string prefix) : IEventLog
{
    public IEventLog Inner => inner;

    public IReadOnlyDictionary<string, int> Topics { get; } = inner.Topics.ToDictionary(t => t.Key[prefix.Length..], t => t.Value);

    public bool DropsDuplicates => inner.DropsDuplicates;

    public int PartitionOf(string topic, string key) => inner.PartitionOf(prefix + topic, key);

    public async Task<AppendResult[]> AppendAsync(string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellationToken = default) =>
        [.. (await inner.AppendAsync(prefix + topic, records, cancellationToken)).Select(r => r with { Position = r.Position with { Topic = topic } })];

    public ILogReader OpenReader(TopicPartition partition, long offset) => inner.OpenReader(Of(partition), offset);

    public ValueTask<long> OffsetForTimeAsync(TopicPartition partition, DateTimeOffset time, CancellationToken cancellationToken = default) =>
        inner.OffsetForTimeAsync(Of(partition), time, cancellationToken);

    public LogWatermarks Watermarks(TopicPartition partition) => inner.Watermarks(Of(partition));

    public long RecordsFrom(TopicPartition partition, long offset) => inner.RecordsFrom(Of(partition), offset);

    public ValueTask<long> CommittedAsync(string group, TopicPartition partition, CancellationToken cancellationToken = default) =>
        inner.CommittedAsync(prefix + group, Of(partition), cancellationToken);

    public ValueTask CommitAsync(string group, TopicPartition partition, long nextOffset, CancellationToken cancellationToken = default) =>
        inner.CommitAsync(prefix + group, Of(partition), nextOffset, cancellationToken);

    public ValueTask TrimAsync(TopicPartition partition, long beforeOffset, CancellationToken cancellationToken = default) =>
        inner.TrimAsync(Of(partition), beforeOffset, cancellationToken);

    public IDisposable Hold(TopicPartition partition, long offset) => inner.Hold(Of(partition), offset);

    private TopicPartition Of(TopicPartition partition) => partition with { Topic = prefix + partition.Topic };
}
