namespace OrleansStream.Streams.Partitions;

/// <summary>
/// The lanes of a partition by key. A lane without records is kept for the next one, because to make it anew costs more than to find it, up to a bound: beyond, a clock passes
/// over the lanes and forgets those that are idle and were not used since it passed last. Also tells <see cref="HotKeys"/> what comes, not for every batch.
/// </summary>
internal sealed class KeyLanes(int maxIdle, HotKeys hotKeys)
{
    private const int StepsPerLane = 4;
    private const int CountAtOnce = 16;
    private readonly Dictionary<string, KeyLane> _lanes = [];
    private readonly Queue<KeyLane> _clock = new();

    public int Count => _lanes.Count;

    public KeyLane Of(string key)
    {
        if (_lanes.TryGetValue(key, out var lane)) return lane;
        for (int step = 0; step < StepsPerLane && _clock.Count > maxIdle && _clock.TryDequeue(out var passed); step++) Pass(passed);
        _lanes.Add(key, lane = new KeyLane(key));
        _clock.Enqueue(lane);
        return lane;
    }

    /// <summary>So many records of the lane go to its key.</summary>
    public void Sent(KeyLane lane, int records)
    {
        lane.Used = true;
        lane.Uncounted += records;
        if (lane.Uncounted >= CountAtOnce) Tell(lane);
    }

    /// <summary>Tells all that was not told yet, for somebody who asks.</summary>
    public void Tell()
    {
        foreach (var lane in _lanes.Values) Tell(lane);
    }

    private void Pass(KeyLane lane)
    {
        if (lane.IsIdle && !lane.Used)
        {
            Tell(lane);
            _lanes.Remove(lane.Key);
            return;
        }
        lane.Used = false;
        lane.Shrink();
        _clock.Enqueue(lane);
    }

    private void Tell(KeyLane lane)
    {
        if (lane.Uncounted == 0) return;
        hotKeys.Add(lane.Key, lane.Uncounted);
        lane.Uncounted = 0;
    }
}
