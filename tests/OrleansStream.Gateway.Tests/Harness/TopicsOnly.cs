using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Tests.Harness;

/// <summary>A log of which it only matters which topics there are, and how many partitions they have.</summary>
internal class TopicsOnly(IReadOnlyDictionary<string, int> topics) : IEventLog
{
    public IReadOnlyDictionary<string, int> Topics { get; set; } = topics;

    public virtual LogWatermarks Watermarks(TopicPartition partition) => throw Unused();

    public Task<AppendResult[]> AppendAsync(string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellationToken = default) => throw Unused();

    public ILogReader OpenReader(TopicPartition partition, long offset) => throw Unused();

    public ValueTask<long> CommittedAsync(string group, TopicPartition partition, CancellationToken cancellationToken = default) => throw Unused();

    public ValueTask CommitAsync(string group, TopicPartition partition, long nextOffset, CancellationToken cancellationToken = default) => throw Unused();

    public ValueTask<long> OffsetForTimeAsync(TopicPartition partition, DateTimeOffset time, CancellationToken cancellationToken = default) => throw Unused();

    public ValueTask TrimAsync(TopicPartition partition, long beforeOffset, CancellationToken cancellationToken = default) => throw Unused();

    public IDisposable Hold(TopicPartition partition, long offset) => throw Unused();

    private static NotSupportedException Unused() => new("Only which topics there are was to matter.");
}
