using System.Buffers.Binary;
using Microsoft.Extensions.Options;
using OrleansStream.Domain.Recommendations.Catalog;
using OrleansStream.Grains.Users;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains.Catalog;

/// <summary>The catalogue, in every process: items as they were handed in last, and categories with what goes with them. Records of compacted topics are whole items and categories.</summary>
public sealed class CatalogModel(IOptions<RecommendationOptions> options) : ReadModel
{
    public const string ModelName = "catalog";
    public const string ItemTopic = "catalog-items";
    public const string CategoryTopic = "catalog-categories";

    /// <summary>Items of a category that are at hand for recommendations, in the order of their coming.</summary>
    private const int AtHand = 500;
    private const int MaxCategories = 100_000;
    private const int PieceBytes = 256 << 10;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _items = [];
    private readonly List<string> _order = [];
    private readonly Dictionary<string, CatalogCategory> _categories = [];
    private readonly Dictionary<string, string> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<string>> _ofCategory = new(StringComparer.OrdinalIgnoreCase);

    public override string Name => ModelName;

    public override IReadOnlyList<string> Topics { get; } = [ItemTopic, CategoryTopic];

    protected override long RecordsWorthStoring => Count / 4;

    public int Count
    {
        get { lock (_lock) return _items.Count; }
    }

    /// <summary>The category's id; null when the item is not in the catalogue or has none.</summary>
    public string? CategoryOf(string item)
    {
        lock (_lock) return _items.TryGetValue(item, out var entry) && entry.Category is { } said ? Resolve(said) : null;
    }

    /// <summary>The id of the category with this id or name; the text itself when there is none.</summary>
    public string CategoryId(string text)
    {
        lock (_lock) return Resolve(text);
    }

    public IReadOnlyList<string> ComplementsOf(string category)
    {
        lock (_lock) return _categories.TryGetValue(category, out var found) ? [.. found.Complements.Select(Resolve)] : [];
    }

    /// <summary>Items of a category, or of all for null, in the order of their coming.</summary>
    public IReadOnlyList<string> ItemsOf(string? category, int limit)
    {
        lock (_lock)
        {
            if (category is null) return [.. _order.Take(limit)];
            // Items may call their category by its name, and have come before it.
            string? name = _categories.GetValueOrDefault(category)?.Name;
            var items = _ofCategory.GetValueOrDefault(category, []).Concat(name is null || name.Equals(category, StringComparison.OrdinalIgnoreCase) ? [] : _ofCategory.GetValueOrDefault(name, []));
            return [.. items.Where(i => _items[i].Category is { } said && Resolve(said) == category).Take(limit)];
        }
    }

    /// <summary>The item as JSON; null when there is none.</summary>
    public byte[]? Find(string id)
    {
        lock (_lock) return _items.TryGetValue(id, out var entry) ? entry.Json : null;
    }

    /// <summary>A page of items as JSON, in the order of their coming.</summary>
    /// <param name="start">How many to pass over.</param>
    /// <param name="limit">Most items.</param>
    public (IReadOnlyList<byte[]> Items, int? Next) List(int start, int limit)
    {
        lock (_lock) return ([.. _order.Skip(start).Take(limit).Select(id => _items[id].Json)], start + limit < _order.Count ? start + limit : null);
    }

    public IReadOnlyList<CatalogCategory> Categories(string? after, int limit)
    {
        lock (_lock) return [.. _categories.Values.OrderBy(c => c.Id, StringComparer.Ordinal).Where(c => after is null || string.CompareOrdinal(c.Id, after) > 0).Take(limit)];
    }

    protected override void Apply(TopicPartition partition, LogRecord record)
    {
        if (record.Value.IsEmpty) return;
        lock (_lock)
        {
            if (partition.Topic == CategoryTopic) Put(CatalogCategory.FromJson(record.Value.Span)!);
            else Put(record.Value.ToArray());
        }
    }

    protected override void Reset()
    {
        lock (_lock)
        {
            _items.Clear();
            _order.Clear();
            _categories.Clear();
            _byName.Clear();
            _ofCategory.Clear();
        }
    }

    protected override IEnumerable<byte[]> Snapshot()
    {
        lock (_lock)
        {
            byte[][] items = [.. _order.Select(id => _items[id].Json)];
            byte[][] categories = [.. _categories.Values.Select(c => c.ToJson())];
            return Pieces(0, categories).Concat(Pieces(1, items));
        }
    }

    protected override void Restore(ReadOnlySpan<byte> piece)
    {
        lock (_lock)
        {
            byte kind = piece[0];
            for (piece = piece[1..]; piece.Length >= 4;)
            {
                int length = BinaryPrimitives.ReadInt32LittleEndian(piece);
                var json = piece.Slice(4, length);
                if (kind == 0) Put(CatalogCategory.FromJson(json)!);
                else Put(json.ToArray());
                piece = piece[(4 + length)..];
            }
        }
    }

    /// <summary>A kind, then each JSON with its length before it.</summary>
    private static IEnumerable<byte[]> Pieces(byte kind, byte[][] documents)
    {
        var piece = new MemoryStream();
        byte[] length = new byte[4];
        foreach (byte[] json in documents)
        {
            if (piece.Length == 0) piece.WriteByte(kind);
            BinaryPrimitives.WriteInt32LittleEndian(length, json.Length);
            piece.Write(length);
            piece.Write(json);
            if (piece.Length < PieceBytes) continue;
            yield return piece.ToArray();
            piece.SetLength(0);
        }
        if (piece.Length > 0) yield return piece.ToArray();
    }

    private void Put(CatalogCategory category)
    {
        if (!_categories.ContainsKey(category.Id) && _categories.Count >= MaxCategories) return;
        _categories[category.Id] = category;
        _byName[category.Id] = category.Id;
        if (category.Name is { } name) _byName.TryAdd(name, category.Id);
    }

    private void Put(byte[] json)
    {
        var item = CatalogItem.FromJson(json)!;
        bool isNew = !_items.TryGetValue(item.Id, out var before);
        if (isNew && _items.Count >= options.Value.MaxCatalogItems) return;
        string? category = item.Category;
        if (category is not null && (isNew || before.Category != category))
        {
            if (!_ofCategory.TryGetValue(category, out var items) && _ofCategory.Count < MaxCategories) _ofCategory.Add(category, items = []);
            if (items is { Count: < AtHand } && !items.Contains(item.Id)) items.Add(item.Id);
        }
        // Many items share one category: one text for all.
        _items[item.Id] = new Entry(json, category is null ? null : string.Intern(category));
        if (isNew) _order.Add(item.Id);
    }

    private string Resolve(string text) => _categories.ContainsKey(text) ? text : _byName.GetValueOrDefault(text, text);

    private readonly record struct Entry(byte[] Json, string? Category);
}
