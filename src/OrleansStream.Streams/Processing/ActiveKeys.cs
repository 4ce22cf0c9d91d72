using Microsoft.Extensions.Options;

namespace OrleansStream.Streams.Processing;

/// <summary>
/// Bounds the keys that are active on this silo: a key costs kilobytes while it is active and its row brings it back. When there are more than
/// <see cref="StreamEngineOptions.MaxActiveKeys"/>, one that was not used since the clock's hand last passed it is deactivated
/// (second chance); a key that was used only once since it entered has no second chance, so that many such do not drive out those in use.
/// Entering and leaving take a lock, next to an activation's cost; a touch writes at most one flag of the key's own.
/// </summary>
public sealed class ActiveKeys(IOptions<StreamEngineOptions> options)
{
    /// <summary>
    /// How far the hand moves for one that enters; a step takes a mark away that a touch set, so that it is one per touch at most. When so many
    /// in a row were all used, the next goes nevertheless: what is used is more than may be active.
    /// </summary>
    private const int MostSteps = 4_096;

    private readonly int _limit = options.Value.MaxActiveKeys;
    private readonly Lock _gate = new();
    private ActiveKey[] _keys = new ActiveKey[1024];
    private int _count;
    private int _hand;

    /// <summary>Active, without those asked to go.</summary>
    public int Count
    {
        get { lock (_gate) return _count; }
    }

    /// <summary>At the end of an activation.</summary>
    public ActiveKey Enter(IGrainContext context)
    {
        var key = new ActiveKey(this, context);
        ActiveKey? leaving;
        lock (_gate)
        {
            leaving = _count >= _limit ? TakeUnused() : null;
            if (_count == _keys.Length) Array.Resize(ref _keys, 2 * _count);
            key.Index = _count;
            _keys[_count++] = key;
        }
        if (leaving is not null)
        {
            StreamMetrics.KeysEvicted.Add(1);
            leaving.Context.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "More keys were used than may be active."));
        }
        return key;
    }

    internal void Leave(ActiveKey key)
    {
        lock (_gate) Remove(key);
    }

    private ActiveKey TakeUnused()
    {
        for (int step = 0; ; step++)
        {
            if (_hand >= _count) _hand = 0;
            var key = _keys[_hand];
            if (step == MostSteps || !key.TakeChance())
            {
                Remove(key);
                return key;
            }
            _hand++;
        }
    }

    private void Remove(ActiveKey key)
    {
        if (key.Index < 0) return;
        var last = _keys[--_count];
        _keys[last.Index = key.Index] = last;
        _keys[_count] = null!;
        key.Index = -1;
    }
}

/// <summary>One activation's place among the active keys.</summary>
public sealed class ActiveKey
{
    private const int Entered = 0, Idle = 1, Used = 2;
    private readonly ActiveKeys _all;
    private int _uses = Entered;

    internal ActiveKey(ActiveKeys all, IGrainContext context) => (_all, Context) = (all, context);

    internal IGrainContext Context { get; }

    /// <summary>Guarded by the table's lock; -1 when it is not in it.</summary>
    internal int Index { get; set; }

    /// <summary>The key is used: from the second time on it stays for another round of the hand. In the key's own turns only.</summary>
    public void Touch()
    {
        // Looked at first, so that a busy key's cache line stays shared.
        int uses = Volatile.Read(ref _uses);
        if (uses < Used) Volatile.Write(ref _uses, uses + 1);
    }

    /// <summary>At the start of its deactivation; again changes nothing.</summary>
    public void Leave() => _all.Leave(this);

    /// <summary>True when it was used since the last time; then it was not, until the next touch.</summary>
    internal bool TakeChance()
    {
        if (Volatile.Read(ref _uses) < Used) return false;
        Volatile.Write(ref _uses, Idle);
        return true;
    }
}
