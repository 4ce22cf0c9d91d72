namespace OrleansStream.Streams.Embedded;

/// <summary>
/// Identities and offsets in one array, open addressing with linear probing: an identity is a good hash already, and one that is looked up costs one place in memory
/// where a dictionary touches two or three. At most two thirds full, 36–72 bytes an entry. Not thread-safe.
/// </summary>
internal sealed class IdentityTable
{
    private Slot[] _slots = new Slot[16];

    public int Count { get; private set; }

    /// <summary>True when the identity is there; when it is not, it is now, with this offset.</summary>
    public bool GetOrAdd(UInt128 identity, long add, out long offset)
    {
        if (3 * (Count + 1) > 2 * _slots.Length) Grow();
        ref var slot = ref _slots[Find(_slots, identity)];
        bool known = slot.Next != 0;
        if (!known)
        {
            slot = new Slot((ulong)(identity >> 64), (ulong)identity, add + 1);
            Count++;
        }
        offset = slot.Next - 1;
        return known;
    }

    public bool TryGet(UInt128 identity, out long offset)
    {
        offset = _slots[Find(_slots, identity)].Next - 1;
        return offset >= 0;
    }

    public bool Remove(UInt128 identity)
    {
        int mask = _slots.Length - 1, hole = Find(_slots, identity);
        if (_slots[hole].Next == 0) return false;
        // Without tombstones: what stands behind the hole and belongs at or before it moves up.
        for (int i = (hole + 1) & mask; _slots[i].Next != 0; i = (i + 1) & mask)
        {
            int home = (int)_slots[i].Low & mask;
            if (((i - home) & mask) < ((i - hole) & mask)) continue;
            _slots[hole] = _slots[i];
            hole = i;
        }
        _slots[hole] = default;
        Count--;
        return true;
    }

    /// <summary>The slot of the identity, or the empty one where it belongs.</summary>
    private static int Find(Slot[] slots, UInt128 identity)
    {
        ulong high = (ulong)(identity >> 64), low = (ulong)identity;
        int mask = slots.Length - 1;
        for (int i = (int)low & mask; ; i = (i + 1) & mask)
        {
            ref var slot = ref slots[i];
            if (slot.Next == 0 || (slot.Low == low && slot.High == high)) return i;
        }
    }

    private void Grow()
    {
        var larger = new Slot[_slots.Length * 2];
        foreach (ref readonly var slot in _slots.AsSpan())
            if (slot.Next != 0) larger[Find(larger, new UInt128(slot.High, slot.Low))] = slot;
        _slots = larger;
    }

    /// <param name="High">The identity's upper half.</param>
    /// <param name="Low">Its lower half, which says where it belongs.</param>
    /// <param name="Next">The offset after it; 0 in an empty slot.</param>
    private readonly record struct Slot(ulong High, ulong Low, long Next);
}
