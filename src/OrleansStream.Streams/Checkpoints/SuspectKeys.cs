namespace OrleansStream.Streams.Checkpoints;

/// <summary>
/// Keys whose row this silo's store has refused for good. Their next activation stores their records by itself, and not with everybody else's, until it has found those
/// that cannot be stored. Bounded: a key that is forgotten is refused once more.
/// </summary>
internal sealed class SuspectKeys
{
    private const int MaxKeys = 10_000;
    private readonly Lock _gate = new();
    private readonly HashSet<GrainId> _keys = [];
    private readonly Queue<GrainId> _order = new();

    public void Add(GrainId key)
    {
        lock (_gate)
        {
            if (!_keys.Add(key)) return;
            _order.Enqueue(key);
            while (_order.Count > MaxKeys) _keys.Remove(_order.Dequeue());
        }
    }

    public bool Contains(GrainId key)
    {
        lock (_gate) return _keys.Contains(key);
    }

    public void Remove(GrainId key)
    {
        lock (_gate) _keys.Remove(key);
    }
}
