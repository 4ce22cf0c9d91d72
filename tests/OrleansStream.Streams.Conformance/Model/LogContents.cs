using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Conformance.Model;

/// <summary>What stands in a log, read with nothing in between.</summary>
public static class LogContents
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Records from an offset up to another one.</summary>
    public static async Task<List<LogRecord>> ReadAsync(IEventLog log, TopicPartition partition, long from, long until)
    {
        using var reader = log.OpenReader(partition, from);
        var all = new List<LogRecord>();
        while (reader.NextOffset < until)
        {
            var records = await reader.ReadAsync(4_000, 16 << 20, TimeSpan.FromSeconds(5)).AsTask().WaitAsync(Limit);
            // A gap at the end: what stood there is no record.
            if (records.Count == 0) break;
            all.AddRange(records.Where(r => r.Offset < until));
        }
        return all;
    }

    /// <summary>Everything of a topic, partition by partition.</summary>
    public static async Task<List<LogRecord>> ReadAsync(IEventLog log, string topic)
    {
        var all = new List<LogRecord>();
        for (int p = 0; p < log.Topics[topic]; p++)
        {
            var partition = new TopicPartition(topic, p);
            all.AddRange(await ReadAsync(log, partition, 0, log.Watermarks(partition).High));
        }
        return all;
    }
}
