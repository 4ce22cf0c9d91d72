using System.Collections.Concurrent;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Pressure;

/// <summary>
/// Remembers since when records of a topic wait and nothing of it is committed. One key that stands still keeps its partition only, and is no stall as long as any other
/// partition moves; a store that is away is one.
/// </summary>
internal sealed class TopicStalls
{
    private readonly Dictionary<TopicPartition, long> _committed = [];
    private readonly Dictionary<string, DateTimeOffset> _movedAt = [];
    private readonly ConcurrentDictionary<string, TimeSpan> _stalled = [];

    /// <summary>How long; zero when something moves or nothing waits.</summary>
    public TimeSpan Of(string topic) => _stalled.GetValueOrDefault(topic);

    public void Look(IReadOnlyDictionary<TopicPartition, PartitionLag> lags, DateTimeOffset now)
    {
        foreach (var topic in lags.Values.GroupBy(lag => lag.Partition.Topic))
        {
            bool waits = false, moved = false;
            foreach (var lag in topic)
            {
                waits |= lag.Records > 0;
                moved |= _committed.TryGetValue(lag.Partition, out long before) && lag.Committed > before;
                _committed[lag.Partition] = lag.Committed;
            }
            if (!waits || moved || !_movedAt.ContainsKey(topic.Key)) _movedAt[topic.Key] = now;
            _stalled[topic.Key] = now - _movedAt[topic.Key];
        }
    }
}
