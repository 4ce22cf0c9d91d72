using System.Collections.Immutable;
using OrleansStream.Web.Gateway;

namespace OrleansStream.Web.Live;

/// <summary>The last decisions of each outcome, newest first, each once: one may come by two event streams, and again after a connection was lost.</summary>
internal sealed class DecisionList
{
    private const int KeptPerOutcome = 40;
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
        _items = _items.Insert(at < 0 ? _items.Count : at, decision);
        // Many of one kind do not displace the few of another.
        if (_items.Count(d => d.Outcome == decision.Outcome) > KeptPerOutcome) _items = _items.RemoveAt(_items.FindLastIndex(d => d.Outcome == decision.Outcome));
        return _items;
    }
}
