using OrleansStream.Domain.Recommendations.Neighbours;

namespace OrleansStream.Domain.Recommendations.Blending;

/// <summary>An item for a visitor.</summary>
/// <param name="Item">Its id.</param>
/// <param name="Score">0–1, falling through a list.</param>
/// <param name="Reason">One of <see cref="Reasons"/>.</param>
/// <param name="Because">Ids of items or categories that led to it.</param>
public readonly record struct Recommendation(string Item, double Score, string Reason, IReadOnlyList<string> Because);

/// <summary>Why an item is recommended.</summary>
public static class Reasons
{
    /// <summary>Visitors whose sessions have several items in common with this one looked at it.</summary>
    public const string Session = "session";

    /// <summary>Visitors who looked at one item of the session looked at it.</summary>
    public const string CoViewed = "co-viewed";

    /// <summary>It is of a category that goes with what the session looks at, or that the visitor likes.</summary>
    public const string Category = "category";

    /// <summary>It is looked at more than others now.</summary>
    public const string Trending = "trending";
}

/// <summary>What is known of the shop: read where the visitor's grain is.</summary>
public interface IShopView
{
    /// <summary>The category of an item; null when nobody knows.</summary>
    string? CategoryOf(string item);

    /// <summary>The id of a category that is called so, by id or by name; the text itself when there is none.</summary>
    string CategoryId(string category);

    /// <summary>Categories of what goes with a category, in their order.</summary>
    IReadOnlyList<string> ComplementsOf(string category);

    /// <summary>Items of a category, the most trending first, then others of the catalogue; of all items for null.</summary>
    IReadOnlyList<string> TopOf(string? category, int limit);

    /// <summary>What sessions like this one looked at next.</summary>
    IReadOnlyList<NextItem> Next(IReadOnlyList<string> session, string? sessionId, int limit);
}
