using Orleans.Concurrency;
using OrleansStream.Domain.Recommendations.Blending;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Users;

/// <summary>What a visitor's grain answers from its state and what lies in its silo: no other call.</summary>
[Alias("OrleansStream.IUserGrain")]
public interface IUserGrain : IGrainWithStringKey
{
    /// <summary>The documented blend (<see cref="Blend"/>).</summary>
    [AlwaysInterleave]
    [ResponseTimeout(IKeyedStreamGrain.QueryTimeout)]
    [Alias("Recommend")]
    ValueTask<UserAnswer> Recommend(RecommendRequest request);

    /// <summary>What may come next in the session, after a click that may not be applied yet; filled up with what is trending.</summary>
    [AlwaysInterleave]
    [ResponseTimeout(IKeyedStreamGrain.QueryTimeout)]
    [Alias("Next")]
    ValueTask<UserAnswer> Next(NextRequest request);

    /// <summary>The items of the newest session, oldest first.</summary>
    [AlwaysInterleave]
    [ResponseTimeout(IKeyedStreamGrain.QueryTimeout)]
    [Alias("Visited")]
    ValueTask<UserAnswer> Visited();
}

/// <param name="Limit">Most items.</param>
/// <param name="IncludeSeen">Items seen in the session or bought, too.</param>
/// <param name="Session">Another session than the visitor's newest to go by, its items oldest first; null for the newest.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.RecommendRequest")]
public sealed record RecommendRequest([property: Id(0)] int Limit, [property: Id(1)] bool IncludeSeen, [property: Id(2)] string[]? Session = null);

/// <param name="Item">The click.</param>
/// <param name="Time">When it was.</param>
/// <param name="Recorded">Where it stands; null when it was not recorded.</param>
/// <param name="Limit">Most items.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.NextRequest")]
public sealed record NextRequest([property: Id(0)] string Item, [property: Id(1)] DateTimeOffset Time, [property: Id(2)] Position? Recorded, [property: Id(3)] int Limit);

/// <param name="Items">Best first.</param>
/// <param name="Applied">The last position of the key that was taken into account; null when it has none.</param>
/// <param name="JoinedTo">Ask this key instead: the visitor was identified.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.UserAnswer")]
public sealed record UserAnswer([property: Id(0)] RecommendedItem[] Items, [property: Id(1)] Position? Applied, [property: Id(2)] string? JoinedTo);

/// <summary>An item for a visitor, and why.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.RecommendedItem")]
public readonly record struct RecommendedItem([property: Id(0)] string ItemId, [property: Id(1)] double Score, [property: Id(2)] string Reason, [property: Id(3)] string[] Because)
{
    internal static RecommendedItem Of(Recommendation from) => new(from.Item, from.Score, from.Reason, [.. from.Because]);
}
