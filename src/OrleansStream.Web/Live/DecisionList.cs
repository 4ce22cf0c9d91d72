using System.Collections.Immutable;
using OrleansStream.Web.Gateway;

namespace OrleansStream.Web.Live;

/// <summary>The last decisions, newest first, each once: one may come by two event streams, and again after a connection was lost.</summary>
internal sealed class DecisionList
{
    private const int Shown = 14;
    private const int Remembered = 512;
    private readonly HashSet<string> _known = [];
    private readonly Queue<string> _order = new();
    private ImmutableList<DecisionItem> _items = [];

    public ImmutableList<DecisionItem> Add(DecisionItem decision)
    {
        if (!_known.Add(decision.Id)) return _items;
        _order.Enqueue(decision.Id);
        if (_order.Count > Remembered) _known.Remove(_order.Dequeue());
        int at = _items.FindIndex(d => d.DecidedAt <= decision.DecidedAt);
        if (at < 0) at = _items.Count;
        if (at < Shown) _items = _items.Insert(at, decision);
        if (_items.Count > Shown) _items = _items.RemoveAt(Shown);
        return _items;
    }
}
