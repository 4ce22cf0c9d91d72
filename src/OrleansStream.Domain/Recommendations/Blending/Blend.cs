using OrleansStream.Domain.Recommendations.Users;

namespace OrleansStream.Domain.Recommendations.Blending;

/// <summary>
/// One list from several sources. First, when the session is in a category (three of its last five items are), items of that category's complements, in at most half the
/// places; then what neighbours say, as far as they say something; then the categories that the session and the visitor like; then what is trending. Each item
/// once, where its best source puts it; each source has a band of scores of its own.
/// </summary>
public static class Blend
{
    /// <summary>So many of the last <see cref="FocusWindow"/> different items in one category, and the session is in it.</summary>
    public const int FocusItems = 3, FocusWindow = 5;

    private const double ComplementBand = 0.8, NeighbourBand = 0.4, CategoryBand = 0.2, TrendingBand = 0;
    private const int Candidates = 200, LikedCategories = 3;

    /// <param name="state">The visitor.</param>
    /// <param name="session">The items of the session, oldest first.</param>
    /// <param name="sessionId">The session's id: it is no neighbour of itself.</param>
    /// <param name="shop">What is known of the shop.</param>
    /// <param name="limit">Most items.</param>
    /// <param name="includeSeen">Items seen in the session or bought may come, too.</param>
    public static IReadOnlyList<Recommendation> Of(UserState state, IReadOnlyList<VisitedItem> session, string? sessionId, IShopView shop, int limit, bool includeSeen)
    {
        HashSet<string> left = includeSeen ? [] : [.. state.Bought, .. session.Select(s => s.Id)];
        var list = new List<Recommendation>(limit);
        var next = shop.Next([.. session.Select(s => s.Id)], sessionId, Candidates);
        if (FocusOf(session, shop) is { } focus) Complements(focus, next, shop, (limit + 1) / 2, list, left);
        Neighbours(next, limit, list, left);
        foreach (string category in LikedOf(state, session, shop))
        {
            if (list.Count >= limit) break;
            foreach (string complement in shop.ComplementsOf(category)) OfCategory(complement, category, shop, limit, list, left);
            OfCategory(category, category, shop, limit, list, left);
        }
        foreach (string item in shop.TopOf(null, limit + left.Count))
            if (list.Count < limit && left.Add(item)) list.Add(new(item, Within(TrendingBand, CategoryBand, list.Count, limit), Reasons.Trending, []));
        return list;
    }

    /// <summary>The category that the session is in; null when it is in none.</summary>
    public static string? FocusOf(IReadOnlyList<VisitedItem> session, IShopView shop)
    {
        var seen = new HashSet<string>();
        var counts = new Dictionary<string, int>();
        for (int i = session.Count - 1; i >= 0 && seen.Count < FocusWindow; i--)
        {
            if (!seen.Add(session[i].Id) || CategoryOf(session[i], shop) is not { } category) continue;
            int count = counts[category] = counts.GetValueOrDefault(category) + 1;
            if (count == FocusItems) return category;
        }
        return null;
    }

    private static string? CategoryOf(in VisitedItem item, IShopView shop) =>
        shop.CategoryOf(item.Id) ?? (item.Category is { } said ? shop.CategoryId(said) : null);

    private static void Complements(string focus, IReadOnlyList<Neighbours.NextItem> next, IShopView shop, int places, List<Recommendation> list, HashSet<string> left)
    {
        var complements = shop.ComplementsOf(focus);
        if (complements.Count == 0) return;
        // What neighbours say decides the order; what they say nothing of follows as it trends.
        var wanted = next.Where(n => shop.CategoryOf(n.Item) is { } category && complements.Contains(category)).Select(n => n.Item)
            .Concat(RoundRobin([.. complements.Select(c => shop.TopOf(c, places + left.Count))]));
        foreach (string item in wanted)
            if (list.Count < places && left.Add(item)) list.Add(new(item, Within(ComplementBand, 1, list.Count, places), Reasons.Category, [focus]));
    }

    private static void Neighbours(IReadOnlyList<Neighbours.NextItem> next, int limit, List<Recommendation> list, HashSet<string> left)
    {
        double most = next.Count > 0 ? Math.Max(next.Max(n => n.Score), double.Epsilon) : 1;
        foreach (var item in next)
        {
            if (list.Count >= limit) return;
            if (item.Because.Count == 0 && !item.IsOwn) continue;
            if (!left.Add(item.Item)) continue;
            double score = Math.Round(NeighbourBand + ((ComplementBand - NeighbourBand) * item.Score / most), 6);
            list.Add(new(item.Item, score, item.Because.Count > 1 ? Reasons.Session : Reasons.CoViewed, item.IsOwn && item.Because.Count == 0 ? [item.Item] : item.Because));
        }
    }

    private static void OfCategory(string category, string because, IShopView shop, int limit, List<Recommendation> list, HashSet<string> left)
    {
        foreach (string item in shop.TopOf(category, limit + left.Count))
            if (list.Count < limit && left.Add(item)) list.Add(new(item, Within(CategoryBand, NeighbourBand, list.Count, limit), Reasons.Category, [because]));
    }

    /// <summary>The categories of the session, the last first, then those that the visitor likes of old.</summary>
    private static IEnumerable<string> LikedOf(UserState state, IReadOnlyList<VisitedItem> session, IShopView shop) =>
        session.Reverse().Select(item => CategoryOf(item, shop)).OfType<string>().Concat(state.Categories.Select(liking => shop.CategoryId(liking.Category))).Distinct().Take(LikedCategories);

    private static IEnumerable<string> RoundRobin(IReadOnlyList<string>[] lists)
    {
        for (int i = 0; i < lists.Max(l => l.Count); i++)
            foreach (var list in lists)
                if (i < list.Count) yield return list[i];
    }

    private static double Within(double low, double high, int place, int places) => Math.Round(low + ((high - low) * (1 - ((double)place / places))), 6);
}
