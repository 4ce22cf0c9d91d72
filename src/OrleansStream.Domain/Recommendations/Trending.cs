using OrleansStream.Domain.Recommendations.Neighbours;

namespace OrleansStream.Domain.Recommendations;

/// <summary>
/// What is looked at now, of all and by category: each event counts half as much after every half-life. Forward decay (Cormode et al., ICDE 2009): an event weighs
/// 2^((t − landmark) / half-life) once and for all, kept as its logarithm so that no time is too far; the order of events makes no difference. Bounded.
/// </summary>
public sealed class Trending
{
    /// <summary>Items kept; when there are more, the least trending quarter goes.</summary>
    public const int MaxItems = 200_000;

    /// <summary>Items of a list, at most.</summary>
    public const int MaxListed = 200;

    private const int MaxCategories = 10_000;
    private static readonly TimeSpan HalfLife = TimeSpan.FromHours(6);
    private static readonly long Landmark = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).UtcTicks;
    private readonly Dictionary<string, Hot> _items = [];
    private readonly Dictionary<string, TopList> _categories = [];
    private TopList _all = new(MaxListed);

    /// <summary>Items that it knows.</summary>
    public int Count => _items.Count;

    /// <summary>An item was looked at or bought.</summary>
    /// <param name="item">Its id.</param>
    /// <param name="category">Its category; null when nobody knows.</param>
    /// <param name="time">When.</param>
    /// <param name="weight">What the event counts, above 0.</param>
    public void Add(string item, string? category, DateTimeOffset time, double weight = 1)
    {
        double log = LogWeight(time) + Math.Log2(weight);
        bool known = _items.TryGetValue(item, out var hot);
        hot = known ? hot with { Log = Sum(hot.Log, log), Category = category ?? hot.Category } : new Hot(log, category);
        if (!known && _items.Count >= MaxItems) Forget();
        _items[item] = hot;
        List(item, hot);
    }

    /// <summary>The most trending first.</summary>
    /// <param name="category">Of one category; null for all.</param>
    /// <param name="now">As of when: scores are what events then count for.</param>
    /// <param name="limit">At most <see cref="MaxListed"/>.</param>
    public IReadOnlyList<TrendingItem> Top(string? category, DateTimeOffset now, int limit)
    {
        var list = category is null ? _all : _categories.GetValueOrDefault(category);
        return list is null ? [] : [.. list.Items.Take(limit).Select(i => new TrendingItem(i.Item, _items[i.Item].Category, double.Exp2(Math.Clamp(i.Log - LogWeight(now), -1000, 1000))))];
    }

    /// <summary>Half-lives since the landmark.</summary>
    public static double LogWeight(DateTimeOffset time) => (time.UtcTicks - Landmark) / (double)HalfLife.Ticks;

    public void Clear()
    {
        _items.Clear();
        _categories.Clear();
        _all = new TopList(MaxListed);
    }

    /// <summary>All of it in pieces for <see cref="Load"/>, as it is now.</summary>
    public IEnumerable<byte[]> Save()
    {
        var items = _items.ToArray();
        Array.Sort(items, static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        return items.Chunk(4_000).Select(some =>
        {
            var writer = new VarintWriter();
            foreach (var (item, hot) in some)
            {
                writer.Text(item);
                writer.Text(hot.Category ?? "");
                writer.Real(hot.Log);
            }
            return writer.Take();
        });
    }

    /// <exception cref="FormatException">The bytes are not of <see cref="Save"/>.</exception>
    public void Load(ReadOnlySpan<byte> piece)
    {
        var reader = new VarintReader(piece);
        while (!reader.IsAtEnd)
        {
            string item = reader.Text(), category = reader.Text();
            var hot = new Hot(reader.Real(), category.Length > 0 ? category : null);
            _items[item] = hot;
            List(item, hot);
        }
    }

    private static double Sum(double left, double right)
    {
        double more = Math.Max(left, right), less = Math.Min(left, right);
        return more + Math.Log2(1 + double.Exp2(less - more));
    }

    private void List(string item, Hot hot)
    {
        _all.Raise(item, hot.Log);
        if (hot.Category is not { } category) return;
        if (!_categories.TryGetValue(category, out var list))
        {
            if (_categories.Count >= MaxCategories) return;
            _categories.Add(category, list = new TopList(MaxListed));
        }
        list.Raise(item, hot.Log);
    }

    /// <summary>
    /// The least trending quarter goes at once: to look for it costs a pass over all. What is less trending than anything that goes is gone as well, so that lists lose these
    /// and gain none.
    /// </summary>
    private void Forget()
    {
        double[] logs = [.. _items.Values.Select(hot => hot.Log)];
        Array.Sort(logs);
        double least = logs[MaxItems / 4];
        foreach (var (item, hot) in _items)
            if (hot.Log < least) _items.Remove(item);
        // Of equals enough, in an order of their own.
        foreach (string item in _items.Where(i => i.Value.Log == least).Select(i => i.Key).Order(StringComparer.Ordinal).Take(Math.Max(0, _items.Count - (3 * MaxItems / 4))).ToList()) _items.Remove(item);
        _all.Keep(_items.ContainsKey);
        foreach (var (category, list) in _categories)
        {
            list.Keep(_items.ContainsKey);
            if (list.Items.Count == 0) _categories.Remove(category);
        }
    }

    private readonly record struct Hot(double Log, string? Category);
}

/// <param name="Item">Its id.</param>
/// <param name="Category">Null when nobody knows.</param>
/// <param name="Score">Events of now that it counts for.</param>
public readonly record struct TrendingItem(string Item, string? Category, double Score);

/// <summary>The most trending of some items, most first. Weights only grow, so an item that is not listed comes in by an event of its own and no other way.</summary>
internal sealed class TopList(int most)
{
    private readonly List<(string Item, double Log)> _items = [];

    public IReadOnlyList<(string Item, double Log)> Items => _items;

    public void Raise(string item, double log)
    {
        int at = _items.Count;
        if (at == most && Compare(item, log, _items[^1]) > 0) return;
        for (int i = 0; i < _items.Count; i++)
        {
            if (_items[i].Item != item) continue;
            at = i;
            break;
        }
        if (at < _items.Count) _items.RemoveAt(at);
        else if (_items.Count == most) _items.RemoveAt(--at);
        while (at > 0 && Compare(item, log, _items[at - 1]) < 0) at--;
        _items.Insert(at, (item, log));
    }

    public void Keep(Predicate<string> known) => _items.RemoveAll(i => !known(i.Item));

    private static int Compare(string item, double log, (string Item, double Log) other) => log != other.Log ? other.Log.CompareTo(log) : string.CompareOrdinal(item, other.Item);
}
