using OrleansStream.Streams.Embedded.Segments;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded;

/// <summary>The records of one call, by partition. Room is taken in all partitions or in none.</summary>
internal sealed class AppendCall
{
    private readonly string _topic;
    private readonly IReadOnlyList<LogRecord> _records;
    private readonly List<int>?[] _indexes;
    private readonly long[] _bytes;

    /// <exception cref="ArgumentException">A record is too large for the log.</exception>
    public AppendCall(string topic, int partitions, IReadOnlyList<LogRecord> records)
    {
        (_topic, _records) = (topic, records);
        (_indexes, _bytes, Results) = (new List<int>?[partitions], new long[partitions], new AppendResult[records.Count]);
        for (int i = 0; i < records.Count; i++)
        {
            BlockBuilder.ThrowIfTooLarge(records[i]);
            int p = Murmur2Partitioner.Partition(records[i].Key, partitions);
            (_indexes[p] ??= new List<int>(records.Count / partitions + 1)).Add(i);
            _bytes[p] += records[i].Size;
            Bytes += records[i].Size;
        }
    }

    public AppendResult[] Results { get; }

    public long Bytes { get; }

    public int Duplicates
    {
        get
        {
            int n = 0;
            foreach (var result in Results)
                if (result.Duplicate) n++;
            return n;
        }
    }

    /// <summary>True when nothing of it would have to be written: such a call is answered on a full disk, too.</summary>
    public bool IsKnown(Dictionary<TopicPartition, EmbeddedPartition> partitions) =>
        _records.All(r => partitions[new TopicPartition(_topic, Murmur2Partitioner.Partition(r.Key, _indexes.Length))].Knows(r));

    /// <summary>
    /// True when records of these topics made all of it: what one key emits for another. Such a call may use the reserve, or the record that made it could not be
    /// committed, and retention could not make the space that it waits for.
    /// </summary>
    public bool ComesFrom(Dictionary<string, int> topics) => _records.All(r => topics.ContainsKey(r.Source));

    /// <exception cref="LogOverloadedException">Too much waits in one of the partitions; nothing was taken in any.</exception>
    public void Reserve(Dictionary<TopicPartition, EmbeddedPartition> partitions)
    {
        for (int p = 0; p < _indexes.Length; p++)
        {
            if (_indexes[p] is null || partitions[new TopicPartition(_topic, p)].TryReserve(_bytes[p])) continue;
            for (int taken = 0; taken < p; taken++) partitions[new TopicPartition(_topic, taken)].Release(_bytes[taken]);
            throw new LogOverloadedException($"More waits to be written to {_topic}/{p} than the log may hold. Nothing was taken; send it again in a moment.");
        }
    }

    public Task AppendAsync(Dictionary<TopicPartition, EmbeddedPartition> partitions)
    {
        var appends = new List<Task>(_indexes.Length);
        for (int p = 0; p < _indexes.Length; p++)
            if (_indexes[p] is { } indexes) appends.Add(partitions[new TopicPartition(_topic, p)].AppendAsync(_records, indexes, Results, _bytes[p]));
        return appends.Count == 1 ? appends[0] : Task.WhenAll(appends);
    }
}
