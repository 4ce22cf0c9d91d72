namespace OrleansStream.Streams.Log;

/// <summary>A log that passes everything on to another one; derive from it to change some of it.</summary>
/// <param name="inner">The log behind it.</param>
public abstract class DelegatingLog(IEventLog inner) : IEventLog
{
    /// <summary>The log behind it.</summary>
    public IEventLog Inner => inner;

    /// <inheritdoc/>
    public virtual IReadOnlyDictionary<string, int> Topics => inner.Topics;

    /// <inheritdoc/>
    public virtual bool DropsDuplicates => inner.DropsDuplicates;

    /// <inheritdoc/>
    public virtual int PartitionOf(string topic, string key) => inner.PartitionOf(topic, key);

    /// <inheritdoc/>
    public virtual Task<AppendResult[]> AppendAsync(string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellationToken = default) =>
        inner.AppendAsync(topic, records, cancellationToken);

    /// <inheritdoc/>
    public virtual ILogReader OpenReader(TopicPartition partition, long offset) => inner.OpenReader(partition, offset);

    /// <inheritdoc/>
    public virtual ValueTask<long> OffsetForTimeAsync(TopicPartition partition, DateTimeOffset time, CancellationToken cancellationToken = default) =>
        inner.OffsetForTimeAsync(partition, time, cancellationToken);

    /// <inheritdoc/>
    public virtual LogWatermarks Watermarks(TopicPartition partition) => inner.Watermarks(partition);

    /// <inheritdoc/>
    public virtual long RecordsFrom(TopicPartition partition, long offset) => inner.RecordsFrom(partition, offset);

    /// <inheritdoc/>
    public virtual ValueTask<long> CommittedAsync(string group, TopicPartition partition, CancellationToken cancellationToken = default) =>
        inner.CommittedAsync(group, partition, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask CommitAsync(string group, TopicPartition partition, long nextOffset, CancellationToken cancellationToken = default) =>
        inner.CommitAsync(group, partition, nextOffset, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask TrimAsync(TopicPartition partition, long beforeOffset, CancellationToken cancellationToken = default) =>
        inner.TrimAsync(partition, beforeOffset, cancellationToken);

    /// <inheritdoc/>
    public virtual IDisposable Hold(TopicPartition partition, long offset) => inner.Hold(partition, offset);
}
