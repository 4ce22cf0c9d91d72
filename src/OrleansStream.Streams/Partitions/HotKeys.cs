namespace OrleansStream.Streams.Partitions;

/// <summary>
/// The keys with the most records of late, in bounded memory: the Space-Saving sketch (Metwally, Agrawal, El Abbadi 2005). A key's count is at most the sketch's
/// smallest count too high, and every key with more than records/capacity is in it. Counts are halved from time to time, so that it tells of now.
/// </summary>
internal sealed class HotKeys(int capacity)
{
    private readonly Dictionary<string, int> _slots = new(capacity);
    private readonly string[] _keys = new string[capacity];
    private readonly long[] _counts = new long[capacity];
    private readonly long[] _errors = new long[capacity];

    public void Add(string key, int records)
    {
        if (_slots.TryGetValue(key, out int slot))
        {
            _counts[slot] += records;
            return;
        }
        if (_slots.Count < capacity)
        {
            slot = _slots.Count;
            _counts[slot] = records;
        }
        else
        {
            slot = Smallest();
            _slots.Remove(_keys[slot]);
            _errors[slot] = _counts[slot];
            _counts[slot] += records;
        }
        _keys[slot] = key;
        _slots[key] = slot;
    }

    /// <summary>Half of everything is forgotten.</summary>
    public void Age()
    {
        for (int i = 0; i < _slots.Count; i++) (_counts[i], _errors[i]) = (_counts[i] / 2, _errors[i] / 2);
    }

    /// <summary>The hottest first; those that may be there by the sketch's error alone are left out.</summary>
    public HotKey[] Top(int max) =>
        [.. Enumerable.Range(0, _slots.Count).Where(i => _counts[i] > 2 * _errors[i]).OrderByDescending(i => _counts[i]).Take(max)
            .Select(i => new HotKey(_keys[i], _counts[i], _errors[i]))];

    private int Smallest()
    {
        int smallest = 0;
        for (int i = 1; i < capacity; i++)
            if (_counts[i] < _counts[smallest]) smallest = i;
        return smallest;
    }
}

/// <param name="Key">The key.</param>
/// <param name="Records">Its records of late, at most <paramref name="Error"/> too many.</param>
/// <param name="Error">The bound of the overestimate.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.HotKey")]
public readonly record struct HotKey([property: Id(0)] string Key, [property: Id(1)] long Records, [property: Id(2)] long Error);
