using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Conformance.Model;

/// <summary>
/// The model's only source: what was handed in and what the log answered. An append that was answered is there where the answer said, once. One whose answer was lost may
/// be there, once. In a log that takes ids twice, each may be there as often as it was handed in, and the first of them counts.
/// </summary>
public sealed class AcknowledgedAppends(bool dropsDuplicates = true)
{
    private readonly Dictionary<(string Key, string Id), Position> _acknowledged = [];
    private readonly HashSet<(string Key, string Id)> _unknown = [];
    private readonly Dictionary<string, List<string>> _order = [];

    public IReadOnlyCollection<string> Keys => _order.Keys;

    public int Count => _acknowledged.Count;

    /// <summary>What has been handed in, whatever became of it.</summary>
    public void Try(LogRecord record)
    {
        if (!_acknowledged.ContainsKey((record.Key, record.Id))) _unknown.Add((record.Key, record.Id));
        if (!_order.ContainsKey(record.Key)) _order.Add(record.Key, []);
    }

    /// <returns>What is wrong with the answer; null when nothing is.</returns>
    public string? Acknowledge(LogRecord record, AppendResult result)
    {
        var id = (record.Key, record.Id);
        if (_acknowledged.TryGetValue(id, out var before))
        {
            if (!dropsDuplicates) return null;
            return result == new AppendResult(before, true) ? null : $"{record.Id} stands at {before}, and a second append was answered with {result}";
        }
        _acknowledged.Add(id, result.Position);
        _unknown.Remove(id);
        _order[record.Key].Add(record.Id);
        return null;
    }

    /// <summary>Compares with what stands in the log; records that the engine itself appended are not among these.</summary>
    public IEnumerable<string> Check(IReadOnlyList<(TopicPartition Partition, LogRecord Record)> contents)
    {
        var found = new Dictionary<(string, string), Position>();
        var places = new HashSet<((string, string), Position)>();
        foreach (var (partition, record) in contents)
        {
            var (id, position) = ((record.Key, record.Id), new Position(partition.Topic, partition.Partition, record.Offset));
            places.Add((id, position));
            if (!found.TryAdd(id, position) && dropsDuplicates) yield return $"the log holds {record.Id} twice, at {found[id]} and {position}";
            if (!_acknowledged.ContainsKey(id) && !_unknown.Contains(id)) yield return $"the log holds {record.Id} at {position}, which nobody handed in";
        }
        foreach (var (id, position) in _acknowledged)
        {
            if (!found.TryGetValue(id, out var there)) yield return $"the log lost {id.Id}, acknowledged at {position}";
            else if (!places.Contains((id, position))) yield return $"the log holds {id.Id} at {there}, acknowledged at {position}";
        }
        foreach (var (key, ids) in _order)
        {
            var offsets = ids.Where(id => found.ContainsKey((key, id))).Select(id => found[(key, id)].Offset).ToList();
            for (int i = 1; i < offsets.Count; i++)
                if (offsets[i] < offsets[i - 1]) yield return $"the log holds {ids[i]} of {key} before {ids[i - 1]}, which was acknowledged earlier";
        }
    }
}
