using OrleansStream.Streams.Log;

namespace OrleansStream.Benchmarks.Kafka;

/// <summary>A log whose readers find nothing until the gate opens: the engine can be up, with every key's grain alive, before it reads the first record.</summary>
internal sealed class GatedLog(IEventLog log, Task gate) : DelegatingLog(log)
{
    public override ILogReader OpenReader(TopicPartition partition, long offset) => new Reader(base.OpenReader(partition, offset), gate);

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
