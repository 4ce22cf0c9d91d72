using System.Runtime.CompilerServices;
using OrleansStream.Streams.Log;

namespace OrleansStream.Grains.Fraud.Backtests;

/// <summary>
/// All partitions of a topic up to given ends as one sequence: by when records were handed in, then by partition. Each partition keeps its order, and every run sees
/// the same.
/// </summary>
internal static class LogOrder
{
    private const int ReadRecords = 1_024;
    private const int ReadBytes = 1 << 20;

    public static async IAsyncEnumerable<(TopicPartition Partition, LogRecord Record)> ReadAsync(
        IEventLog log, string topic, long[] ends, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sources = new List<Source>();
        try
        {
            var next = new PriorityQueue<Source, (DateTimeOffset, int)>();
            for (int p = 0; p < ends.Length; p++)
            {
                var partition = new TopicPartition(topic, p);
                var source = new Source(partition, log.OpenReader(partition, log.Watermarks(partition).Low), ends[p]);
                sources.Add(source);
                if (await source.MoveAsync(cancellationToken)) next.Enqueue(source, (source.Current.ReceivedAt, p));
            }
            while (next.TryDequeue(out var source, out _))
            {
                yield return (source.Partition, source.Current);
                if (await source.MoveAsync(cancellationToken)) next.Enqueue(source, (source.Current.ReceivedAt, source.Partition.Partition));
            }
        }
        finally
        {
            foreach (var source in sources) source.Reader.Dispose();
        }
    }

    private sealed class Source(TopicPartition partition, ILogReader reader, long end)
    {
        private IReadOnlyList<LogRecord> _records = [];
        private int _index = -1;

        public TopicPartition Partition => partition;

        public ILogReader Reader => reader;

        public LogRecord Current => _records[_index];

        public async ValueTask<bool> MoveAsync(CancellationToken cancellationToken)
        {
            if (++_index >= _records.Count)
            {
                if (reader.NextOffset >= end) return false;
                _records = await reader.ReadAsync(ReadRecords, ReadBytes, TimeSpan.FromSeconds(1), cancellationToken);
                _index = 0;
            }
            return _index < _records.Count && _records[_index].Offset < end;
        }
    }
}
