using System.Collections.Immutable;

namespace OrleansStream.Domain.Recommendations.Users;

/// <summary>What is known of a visitor: a user, or a browser whose user is not known yet. Bounded.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.UserState")]
public sealed record UserState
{
    /// <summary>Items kept of a session.</summary>
    public const int MaxSessionItems = 50;

    /// <summary>Bought items kept, the last.</summary>
    public const int MaxBought = 200;

    /// <summary>Categories kept, the most liked.</summary>
    public const int MaxCategories = 32;

    /// <summary>Other keys of the same visitor that are remembered.</summary>
    public const int MaxAliases = 32;

    public static UserState Empty { get; } = new();

    /// <summary>The newest session; null before the first event.</summary>
    [Id(0)] public Visit? Session { get; init; }

    /// <summary>Oldest first.</summary>
    [Id(1)] public ImmutableArray<string> Bought { get; init; } = [];

    /// <summary>How much of each category was looked at, most first.</summary>
    [Id(2)] public ImmutableArray<Liking> Categories { get; init; } = [];

    [Id(3)] public ActionCounts Counts { get; init; }

    /// <summary>Where everything of this key goes since it was identified.</summary>
    [Id(4)] public string? JoinedTo { get; init; }

    /// <summary>Keys that were joined to this one.</summary>
    [Id(5)] public ImmutableArray<string> Aliases { get; init; } = [];

    [Id(6)] public DateTimeOffset? FirstAt { get; init; }
    [Id(7)] public DateTimeOffset? LastAt { get; init; }

    /// <summary>Sessions begun under this key.</summary>
    [Id(8)] public long Sessions { get; init; }
}

/// <summary>A session: events that follow each other within half an hour.</summary>
/// <param name="Id">Of its own over all visitors.</param>
/// <param name="Start">Its earliest event.</param>
/// <param name="Last">Its latest event.</param>
/// <param name="Items">What was looked at, by time; the last <see cref="UserState.MaxSessionItems"/>.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.Visit")]
public sealed record Visit(
    [property: Id(0)] string Id, [property: Id(1)] DateTimeOffset Start, [property: Id(2)] DateTimeOffset Last, [property: Id(3)] ImmutableArray<VisitedItem> Items);

/// <summary>An item that was looked at.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.VisitedItem")]
public readonly record struct VisitedItem([property: Id(0)] string Id, [property: Id(1)] string? Category, [property: Id(2)] ShopAction Action, [property: Id(3)] DateTimeOffset Time);

/// <summary>How much of a category was looked at.</summary>
/// <param name="Category">Its id.</param>
/// <param name="Log">Logarithm to base 2 of the events' weights (<see cref="Affinity"/>).</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.Liking")]
public readonly record struct Liking([property: Id(0)] string Category, [property: Id(1)] double Log);

/// <summary>Events ever, each once.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.ActionCounts")]
public readonly record struct ActionCounts(
    [property: Id(0)] long Views, [property: Id(1)] long Adds, [property: Id(2)] long Removes, [property: Id(3)] long Orders, [property: Id(4)] long Others)
{
    public ActionCounts Plus(ShopAction action) => action switch
    {
        ShopAction.View or ShopAction.Click => this with { Views = Views + 1 },
        ShopAction.Add => this with { Adds = Adds + 1 },
        ShopAction.Remove => this with { Removes = Removes + 1 },
        ShopAction.Order => this with { Orders = Orders + 1 },
        _ => this with { Others = Others + 1 },
    };

    public ActionCounts Plus(in ActionCounts other) =>
        new(Views + other.Views, Adds + other.Adds, Removes + other.Removes, Orders + other.Orders, Others + other.Others);
}

/// <summary>A click of a session, in the order in which its visitor's events were applied: what other visitors' recommendations are made of.</summary>
/// <param name="SessionId">Empty for a click too late to belong to a session that is known.</param>
/// <param name="ItemId">What was looked at or bought.</param>
/// <param name="Category">As the event said.</param>
/// <param name="Action">What was done.</param>
/// <param name="Time">When.</param>
/// <param name="IsStep">A step of the session; false when it only says more of the item before (viewed, then added).</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.SessionStep")]
public sealed record SessionStep(
    [property: Id(0)] string SessionId, [property: Id(1)] string ItemId, [property: Id(2)] string? Category, [property: Id(3)] ShopAction Action,
    [property: Id(4)] DateTimeOffset Time, [property: Id(5)] bool IsStep);

/// <summary>What is known under a key, for the key it turned out to belong to.</summary>
public sealed record HandOver(string From, Visit? Session, ImmutableArray<string> Bought, ImmutableArray<Liking> Categories, ActionCounts Counts, long Sessions, DateTimeOffset? FirstAt);
