namespace OrleansStream.Domain.Recommendations.Users;

/// <summary>What a visitor did.</summary>
public enum ShopAction
{
    /// <summary>Something that shows that the visitor is there, and nothing more: a page, a search, a list.</summary>
    Other,
    View,
    Click,
    Add,
    Remove,
    Order,

    /// <summary>The visitor said who they are: what is known under this key belongs to another.</summary>
    Identify,

    /// <summary>What was known under another key, handed over; made by the product only.</summary>
    Join,
}

/// <summary>An item of an event.</summary>
/// <param name="Id">As in the catalogue, if it is there.</param>
/// <param name="Category">As the event says; null when it does not.</param>
public readonly record struct ShopItem(string Id, string? Category);

/// <summary>One thing a visitor did, as it stands in the topic <c>clicks</c>.</summary>
public sealed record ShopEvent
{
    public required string UserId { get; init; }
    public required ShopAction Action { get; init; }
    public required DateTimeOffset Time { get; init; }

    /// <summary>What it was about; several for an order only.</summary>
    public IReadOnlyList<ShopItem> Items { get; init; } = [];

    /// <summary>Of <see cref="ShopAction.Identify"/>: who the visitor is.</summary>
    public string? Target { get; init; }

    /// <summary>Of <see cref="ShopAction.Join"/>: what is handed over.</summary>
    public HandOver? HandOver { get; init; }

    /// <summary>How often it was passed on from one key to another: a circle of aliases ends.</summary>
    public int Hops { get; init; }
}
