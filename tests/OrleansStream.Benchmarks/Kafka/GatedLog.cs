using OrleansStream.Streams.Log;

namespace OrleansStream.Benchmarks.Kafka;

/// <summary>A log whose readers find nothing until the gate opens: the engine can be up, with every key's grain alive, before it reads the first record.</summary>
internal sealed class GatedLog(IEventLog log, Task gate) : IEventLog
{
    public IReadOnlyDictionary<string, int> Topics => log.Topics;

    public bool DropsDuplicates => log.DropsDuplicates;

    public int PartitionOf(string topic, string key) => log.PartitionOf(topic, key);

    public Task<AppendResult[]> AppendAsync(string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellationToken = default) => log.AppendAsync(topic, records, cancellationToken);

    public ILogReader OpenReader(TopicPartition partition, long offset) => new Reader(log.OpenReader(partition, offset), gate);

    public ValueTask<long> OffsetForTimeAsync(TopicPartition partition, DateTimeOffset time, CancellationToken cancellationToken = default) => log.OffsetForTimeAsync(partition, time, cancellationToken);

    public LogWatermarks Watermarks(TopicPartition partition) => log.Watermarks(partition);

    public long RecordsFrom(TopicPartition partition, long offset) => log.RecordsFrom(partition, offset);

    public ValueTask<long> CommittedAsync(string group, TopicPartition partition, CancellationToken cancellationToken = default) => log.CommittedAsync(group, partition, cancellationToken);

    public ValueTask CommitAsync(string group, TopicPartition partition, long nextOffset, CancellationToken cancellationToken = default) => log.CommitAsync(group, partition, nextOffset, cancellationToken);

    public ValueTask TrimAsync(TopicPartition partition, long beforeOffset, CancellationToken cancellationToken = default) => log.TrimAsync(partition, beforeOffset, cancellationToken);

    public IDisposable Hold(TopicPartition partition, long offset) => log.Hold(partition, offset);

    private sealed class Reader(ILogReader reader, Task gate) : ILogReader
    {
        public long NextOffset => reader.NextOffset;

        public ValueTask<IReadOnlyList<LogRecord>> ReadAsync(int maxRecords, int maxBytes, TimeSpan wait, CancellationToken cancellationToken = default) =>
            gate.IsCompleted ? reader.ReadAsync(maxRecords, maxBytes, wait, cancellationToken) : WaitAsync(maxRecords, maxBytes, wait, cancellationToken);

        public void Dispose() => reader.Dispose();

        private async ValueTask<IReadOnlyList<LogRecord>> WaitAsync(int maxRecords, int maxBytes, TimeSpan wait, CancellationToken cancellationToken)
        {
            try
            {
                await gate.WaitAsync(wait, cancellationToken);
            }
            catch (TimeoutException)
            {
                return [];
            }
            return await reader.ReadAsync(maxRecords, maxBytes, wait, cancellationToken);
        }
    }
}
