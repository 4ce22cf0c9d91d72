using System.Runtime.InteropServices;

namespace OrleansStream.Domain.Recommendations.Neighbours;

public sealed partial class NeighbourIndex
{
    private readonly double[] _lengths;
    private readonly Sums _similar;
    private readonly PriorityQueue<uint, (double Weight, uint Number)> _best = new();
    private readonly List<(double Weight, uint Number)> _neighbours = [];
    private readonly List<int> _distinct = [];
    private readonly Dictionary<int, Own> _own = [];
    private readonly List<int> _candidates = [];
    private readonly List<(double Score, int Handle)> _ranks = [];
    private readonly Dictionary<int, Vote> _votes = [];
    private readonly double[] _closeness;

    /// <summary>
    /// What visitors with a session like this one looked at next, best first. The vote of each neighbour is that of VMIS-kNN with the sequence weights of STAN (Garg et al., SIGIR
    /// 2019): how near an item is to the one in common. Items of the session itself are placed by <see cref="Habits"/>.
    /// </summary>
    /// <param name="session">The items of the session, oldest first, in any number; the last ones count.</param>
    /// <param name="self">The session's own hash: it is no neighbour of itself. 0 when it has none.</param>
    /// <param name="limit">Most answers.</param>
    /// <param name="answers">Cleared and filled.</param>
    public void Query(IReadOnlyList<string> session, ulong self, int limit, List<NextItem> answers)
    {
        answers.Clear();
        Weigh(session);
        FindNeighbours(self);
        TakeVotes();
        PlaceOwn();
        Rank(limit, answers);
    }

    /// <summary>The different items of the session, last first, and what those that look for neighbours weigh.</summary>
    private void Weigh(IReadOnlyList<string> session)
    {
        _own.Clear();
        _distinct.Clear();
        double decay = 1;
        for (int i = session.Count - 1; i >= 0 && _distinct.Count < RevisitHabits.Depth; i--)
        {
            if (!_handles.TryGetValue(session[i], out int handle) || _own.ContainsKey(handle)) continue;
            double weight = _distinct.Count < _options.QueryItems ? decay * Rarity(handle) : 0;
            _own.Add(handle, new Own(_distinct.Count, weight, Math.Pow(weight, _options.MatchExponent)));
            _distinct.Add(handle);
            decay *= _options.PositionDecay;
        }
    }

    /// <summary>Inverse document frequency, with sessions as documents; never zero.</summary>
    private double Rarity(int handle) => Math.Log((SessionCount + 1.0) / Math.Max(1, _items[handle].Sessions)) + 1e-3;

    private void FindNeighbours(ulong self)
    {
        uint own = self != 0 && _numbers.TryGetValue(self, out uint number) ? number : 0;
        int looking = Math.Min(_distinct.Count, _options.QueryItems);
        for (int i = 0; i < looking; i++)
        {
            double weight = _own[_distinct[i]].Weight;
            ref readonly var item = ref _items[_distinct[i]];
            for (int back = 0; back < item.Count; back++)
            {
                uint met = item.Back(back);
                if (met != own && IsKept(met)) _similar.Add(met, weight);
            }
        }
        KeepBest(Math.Log(_options.OldestWeight) / Math.Max(1, SessionCount));
    }

    /// <summary>The k best; of equals the more recent. Only what may be among them is looked up: thousands are met, and each lies somewhere else in memory.</summary>
    private void KeepBest(double perSession)
    {
        _best.Clear();
        _neighbours.Clear();
        foreach (int slot in _similar.Slots)
        {
            var (met, similarity) = _similar.Take(slot);
            double weight = similarity * Math.Exp(perSession * (_next - met));
            bool isFull = _best.Count == _options.Neighbours;
            // A session's length only lessens it.
            if (isFull && _best.TryPeek(out _, out var least) && weight < least.Weight) continue;
            ref readonly var session = ref PlaceOf(met);
            if (session.Number != met) continue; // Items are restored before the sessions that have them.
            weight /= _lengths[session.Count];
            if (isFull) _best.EnqueueDequeue(met, (weight, met));
            else _best.Enqueue(met, (weight, met));
        }
        _similar.Clear();
        while (_best.TryDequeue(out _, out var neighbour)) _neighbours.Add(neighbour);
    }

    private void TakeVotes()
    {
        _votes.Clear();
        _candidates.Clear();
        foreach (var (weight, number) in _neighbours)
        {
            var items = At(number).Span;
            var closeness = _closeness.AsSpan(0, items.Length);
            ulong common = Measure(items, closeness);
            for (int i = 0; i < items.Length; i++)
            {
                // An item that the neighbour saw twice votes once, from where it is nearest.
                if (items[..i].Contains(items[i])) continue;
                double best = closeness[i];
                for (int j = i + 1; j < items.Length; j++)
                    if (items[j] == items[i]) best = Math.Max(best, closeness[j]);
                if (best <= 0) continue;
                ref var vote = ref CollectionsMarshal.GetValueRefOrAddDefault(_votes, items[i], out bool known);
                if (!known) _candidates.Add(items[i]);
                vote.Score += weight * best;
                vote.Because |= common;
            }
        }
        foreach (int handle in _candidates)
            CollectionsMarshal.GetValueRefOrNullRef(_votes, handle).Score *= Math.Pow(Rarity(handle), _options.RarityExponent);
    }

    /// <summary>How near each item of a neighbour is to one that it has in common with the session.</summary>
    /// <returns>Which items of the session it has, bit 0 for the last.</returns>
    private ulong Measure(Span<int> items, Span<double> closeness)
    {
        ulong common = 0;
        double reach = 0;
        for (int i = 0; i < items.Length; i++)
        {
            closeness[i] = reach;
            reach *= _options.ForwardDecay;
            if (!_own.TryGetValue(items[i], out var own)) continue;
            reach = Math.Max(reach, own.Match);
            common |= 1UL << own.Place;
        }
        reach = 0;
        for (int i = items.Length - 1; i >= 0; i--)
        {
            closeness[i] = Math.Max(closeness[i], reach);
            reach *= _options.BackwardDecay;
            if (_own.TryGetValue(items[i], out var own)) reach = Math.Max(reach, own.Match);
        }
        return common;
    }

    /// <summary>Makes shares of the votes: how often visitors go back, and to what, is learned; what is left is for new items.</summary>
    private void PlaceOwn()
    {
        double own = 0, fresh = 0, returning = 0;
        foreach (int handle in _candidates)
        {
            if (_own.ContainsKey(handle)) own += _votes[handle].Score;
            else fresh += _votes[handle].Score;
        }
        for (int place = 0; place < _distinct.Count; place++) returning += Habits.Probability(_distinct.Count, place);
        double scale = fresh > 0 ? (1 - Math.Min(returning, 0.95)) / fresh : 0, mean = own / Math.Max(1, _distinct.Count);
        foreach (int handle in _candidates)
            if (!_own.ContainsKey(handle)) CollectionsMarshal.GetValueRefOrNullRef(_votes, handle).Score *= scale;
        for (int place = 0; place < _distinct.Count; place++)
        {
            ref var vote = ref CollectionsMarshal.GetValueRefOrAddDefault(_votes, _distinct[place], out bool voted);
            if (!voted) _candidates.Add(_distinct[place]);
            double relative = mean > 0 ? vote.Score / mean : 1, share = _options.RevisitNeighbourShare;
            vote.Score = _options.RevisitWeight * Habits.Probability(_distinct.Count, place) * (1 - share + (share * relative));
        }
    }

    private void Rank(int limit, List<NextItem> answers)
    {
        _ranks.Clear();
        foreach (int handle in _candidates) _ranks.Add((_votes[handle].Score, handle));
        // Of equals by id: a handle differs from process to process.
        _ranks.Sort((left, right) => left.Score != right.Score ? right.Score.CompareTo(left.Score) : string.CompareOrdinal(_items[left.Handle].Id, _items[right.Handle].Id));
        for (int i = 0; i < _ranks.Count && answers.Count < limit; i++)
        {
            int handle = _ranks[i].Handle;
            var vote = _votes[handle];
            answers.Add(new NextItem(_items[handle].Id, vote.Score, _own.ContainsKey(handle), BecauseOf(vote.Because)));
        }
    }

    private string[] BecauseOf(ulong bits)
    {
        const int Most = 3;
        var because = new List<string>(Most);
        for (int place = 0; place < _distinct.Count && because.Count < Most; place++)
            if ((bits & (1UL << place)) != 0) because.Add(_items[_distinct[place]].Id);
        return [.. because];
    }

    /// <summary>An item of the session.</summary>
    /// <param name="Place">0 for the last; below <see cref="RevisitHabits.Depth"/>.</param>
    /// <param name="Weight">In the similarity of a neighbour that has it.</param>
    /// <param name="Match">In the votes of such a neighbour.</param>
    private readonly record struct Own(int Place, double Weight, double Match);

    private struct Vote
    {
        public double Score;
        public ulong Because;
    }
}

/// <summary>An item that may be looked at next.</summary>
/// <param name="Item">Its id.</param>
/// <param name="Score">About the probability; comparable within one answer.</param>
/// <param name="IsOwn">The session has seen it.</param>
/// <param name="Because">Items of the session that neighbours had in common with it, the last first; at most 3.</param>
public readonly record struct NextItem(string Item, double Score, bool IsOwn, IReadOnlyList<string> Because);
