using OrleansStream.Domain.Recommendations.Blending;
using OrleansStream.Domain.Recommendations.Users;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Users;

/// <summary>One visitor: sessions, and recommendations from what lies in this silo.</summary>
/// <remarks>Answers are made of the latest state: its clicks are durable, and the same clicks give the same session again.</remarks>
[GrainType(UserTopics.User)]
internal sealed class UserGrain(IGrainContext context, ShopView shop) : KeyedStreamGrain<ShopEvent, UserState, SessionStep>(context), IUserGrain
{
    private readonly string _key = context.GrainId.Key.ToString()!;

    public ValueTask<UserAnswer> Recommend(RecommendRequest request)
    {
        // The position first: what is said to be contained is.
        var (applied, state) = (LatestPosition, LatestState);
        if (state.JoinedTo is { } target) return new(new UserAnswer([], applied, target));
        IReadOnlyList<VisitedItem> session = request.Session is { } other
            ? [.. other.Select(item => new VisitedItem(item, null, ShopAction.View, default))]
            : state.Session?.Items ?? [];
        var items = Blend.Of(state, session, state.Session?.Id, shop, request.Limit, request.IncludeSeen);
        return new(new UserAnswer([.. items.Select(RecommendedItem.Of)], applied, null));
    }

    public ValueTask<UserAnswer> Next(NextRequest request)
    {
        var (applied, state) = (LatestPosition, LatestState);
        if (state.JoinedTo is { } target) return new(new UserAnswer([], applied, target));
        var session = UserRules.SessionAt(state, _key, request.Time);
        var items = session?.Items ?? [];
        bool isApplied = request.Recorded is { } recorded && applied is { } at && at.Partition == recorded.Partition && at.Offset >= recorded.Offset;
        if (!isApplied) items = UserRules.With(items, new VisitedItem(request.Item, null, ShopAction.View, request.Time));
        return new(new UserAnswer(shop.NextFilled([.. items.Select(i => i.Id)], session?.Id, request.Limit), applied, null));
    }

    public ValueTask<UserAnswer> Visited() =>
        new(new UserAnswer([.. (LatestState.Session?.Items ?? []).Select(i => new RecommendedItem(i.Id, 0, Reasons.Session, []))], LatestPosition, LatestState.JoinedTo));
}
