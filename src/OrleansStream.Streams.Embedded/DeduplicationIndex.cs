namespace OrleansStream.Streams.Embedded;

/// <summary>
/// Remembers where the last N distinct identities of a partition stand: hash128 → offset, oldest forgotten first. What was added and did not become
/// durable can be taken back; nothing is forgotten for its sake. 52 to 104 bytes an entry, 66 at a million. Not thread-safe: its partition's lock guards it.
/// </summary>
internal sealed class DeduplicationIndex(int capacity)
{
    private readonly IdentityTable _offsets = new();
    private UInt128[] _order = new UInt128[16];
    private int _oldest;

    public int Count => _offsets.Count;

    /// <summary>The offset of the first record of this identity; when there is none, <paramref name="next"/> becomes it.</summary>
    /// <returns>True when the identity was known.</returns>
    public bool GetOrAdd(UInt128 identity, long next, out long offset)
    {
        if (_offsets.GetOrAdd(identity, next, out offset)) return true;
        if (_offsets.Count > _order.Length) Grow();
        _order[(_oldest + _offsets.Count - 1) & (_order.Length - 1)] = identity;
        return false;
    }

    public bool TryGet(UInt128 identity, out long offset) => _offsets.TryGet(identity, out offset);

    /// <summary>Forgets the oldest beyond the capacity. Called when what was added is durable.</summary>
    public void Settle()
    {
        for (; _offsets.Count > capacity; _oldest = (_oldest + 1) & (_order.Length - 1)) _offsets.Remove(_order[_oldest]);
    }

    /// <summary>Takes back what was added last.</summary>
    public void RemoveNewest(int count)
    {
        for (; count > 0 && Count > 0; count--) _offsets.Remove(_order[(_oldest + _offsets.Count - 1) & (_order.Length - 1)]);
    }

    private void Grow()
    {
        // A power of two, so that a mask replaces the division.
        var larger = new UInt128[_order.Length * 2];
        for (int i = 0; i < _order.Length; i++) larger[i] = _order[(_oldest + i) & (_order.Length - 1)];
        (_order, _oldest) = (larger, 0);
    }
}
