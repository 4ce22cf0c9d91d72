using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Testing;

/// <summary>Which topics there are. A harness appends nothing: it hands records on itself.</summary>
internal sealed class HarnessLog(IEnumerable<string> topics) : IEventLog
{
    /// <summary>Of now: more may be fed until the first record.</summary>
    public IReadOnlyDictionary<string, int> Topics => topics.ToDictionary(t => t, _ => 1, StringComparer.Ordinal);

    public Task<AppendResult[]> AppendAsync(string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellationToken = default) => throw Unused();

    public ILogReader OpenReader(TopicPartition partition, long offset) => throw Unused();

    public ValueTask<long> OffsetForTimeAsync(TopicPartition partition, DateTimeOffset time, CancellationToken cancellationToken = default) => throw Unused();

    public LogWatermarks Watermarks(TopicPartition partition) => throw Unused();

    public ValueTask<long> CommittedAsync(string group, TopicPartition partition, CancellationToken cancellationToken = default) => throw Unused();

    public ValueTask CommitAsync(string group, TopicPartition partition, long nextOffset, CancellationToken cancellationToken = default) => throw Unused();

    public ValueTask TrimAsync(TopicPartition partition, long beforeOffset, CancellationToken cancellationToken = default) => throw Unused();

    public IDisposable Hold(TopicPartition partition, long offset) => throw Unused();

    private static NotSupportedException Unused() => new("A harness has no log.");
}
