namespace OrleansStream.Grains.Fraud.Cases;

/// <summary>Labels of transactions that have no case yet: their decision may still be read. Bounded: the oldest go first.</summary>
internal sealed class EarlyLabels(int most)
{
    private readonly LinkedList<KeyValuePair<string, List<CaseEntry>>> _order = [];
    private readonly Dictionary<string, LinkedListNode<KeyValuePair<string, List<CaseEntry>>>> _nodes = [];

    /// <summary>By transaction, the oldest first.</summary>
    public IEnumerable<KeyValuePair<string, List<CaseEntry>>> All => _order;

    public void Add(string transaction, CaseEntry entry)
    {
        if (_nodes.TryGetValue(transaction, out var known)) known.Value.Value.Add(entry);
        else Add(transaction, [entry]);
    }

    public void Add(string transaction, List<CaseEntry> entries)
    {
        if (_nodes.Count >= most) Remove(_order.First!);
        _nodes.Add(transaction, _order.AddLast(KeyValuePair.Create(transaction, entries)));
    }

    /// <summary>What was said of the transaction, in order; it is not kept any longer.</summary>
    public IReadOnlyList<CaseEntry> Take(string transaction)
    {
        if (!_nodes.TryGetValue(transaction, out var node)) return [];
        Remove(node);
        return node.Value.Value;
    }

    public void Clear()
    {
        _order.Clear();
        _nodes.Clear();
    }

    private void Remove(LinkedListNode<KeyValuePair<string, List<CaseEntry>>> node)
    {
        _order.Remove(node);
        _nodes.Remove(node.Value.Key);
    }
}
