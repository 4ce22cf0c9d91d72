using OrleansStream.Domain.Recommendations.Blending;
using OrleansStream.Domain.Recommendations.Neighbours;
using OrleansStream.Grains.Catalog;

namespace OrleansStream.Grains.Users;

/// <summary>What recommendations are made of beside the visitor: all of it lies in this process.</summary>
public sealed class ShopView(NeighbourModel neighbours, CatalogModel catalog) : IShopView
{
    public string? CategoryOf(string item) => catalog.CategoryOf(item);

    public string CategoryId(string category) => catalog.CategoryId(category);

    public IReadOnlyList<string> ComplementsOf(string category) => catalog.ComplementsOf(category);

    public IReadOnlyList<NextItem> Next(IReadOnlyList<string> session, string? sessionId, int limit) => neighbours.Next(session, sessionId, limit);

    public IReadOnlyList<string> TopOf(string? category, int limit)
    {
        var top = neighbours.Trending(category, default, limit).Select(t => t.Item);
        return [.. top.Concat(catalog.ItemsOf(category, limit)).Distinct().Take(limit)];
    }

    /// <summary>What may come next, filled up with what is trending.</summary>
    public RecommendedItem[] NextFilled(IReadOnlyList<string> session, string? sessionId, int limit)
    {
        var items = neighbours.Next(session, sessionId, limit).Select(n => new RecommendedItem(n.Item, n.Score, n.Because.Count > 1 ? Reasons.Session : Reasons.CoViewed, [.. n.Because])).ToList();
        if (items.Count < limit)
        {
            var listed = items.Select(i => i.ItemId).ToHashSet();
            foreach (string item in TopOf(null, limit))
                if (items.Count < limit && listed.Add(item)) items.Add(new RecommendedItem(item, 0, Reasons.Trending, []));
        }
        return [.. items];
    }
}
