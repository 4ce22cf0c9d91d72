using System.Collections.Immutable;

namespace OrleansStream.Domain.Recommendations.Users;

/// <summary>What an event did to a visitor.</summary>
/// <param name="State">After it.</param>
/// <param name="Steps">For everybody's recommendations.</param>
/// <param name="PassedOn">The event is another key's, or tells another key: null, or what that gets.</param>
public readonly record struct UserOutcome(UserState State, ImmutableArray<SessionStep> Steps, ShopEvent? PassedOn);

/// <summary>
/// Sessions by event time, counters, likings, and who is who. An anonymous key that is identified hands over what it has; whatever comes under it later is passed on.
/// </summary>
public static class UserRules
{
    /// <summary>A longer pause begins a new session. What web analytics has taken for a session ever since (Catledge and Pitkow 1995 measured 25.5 minutes).</summary>
    public static readonly TimeSpan SessionGap = TimeSpan.FromMinutes(30);

    /// <summary>Keys an event may be passed on through.</summary>
    private const int MostHops = 4;

    public static UserOutcome Apply(UserState state, ShopEvent @event)
    {
        if (state.JoinedTo is { } target && @event.Action != ShopAction.Identify && @event.Hops < MostHops)
            return new(state, [], @event with { UserId = target, Hops = @event.Hops + 1 });
        return @event.Action switch
        {
            ShopAction.Identify => Identify(state, @event),
            ShopAction.Join => new(Join(state, @event), [], null),
            _ => Act(state, @event),
        };
    }

    /// <summary>The session that an event of this time is of: the current one, a new one, or null when it is of one long past.</summary>
    public static Visit? SessionAt(UserState state, string userId, DateTimeOffset time)
    {
        if (state.Session is not { } current || time - current.Last > SessionGap) return new Visit($"{userId}~{state.Sessions + 1}", time, time, []);
        if (current.Start - time > SessionGap) return null;
        return current with { Start = time < current.Start ? time : current.Start, Last = time > current.Last ? time : current.Last };
    }

    /// <summary>The session's items with one more, in the order of their times.</summary>
    public static ImmutableArray<VisitedItem> With(ImmutableArray<VisitedItem> items, VisitedItem more)
    {
        int at = items.Length;
        while (at > 0 && items[at - 1].Time > more.Time) at--;
        items = items.Insert(at, more);
        return items.Length > UserState.MaxSessionItems ? items.RemoveAt(0) : items;
    }

    private static UserOutcome Act(UserState state, ShopEvent @event)
    {
        var session = SessionAt(state, @event.UserId, @event.Time);
        bool isNew = session is not null && session.Id != state.Session?.Id;
        var next = state with
        {
            Counts = state.Counts.Plus(@event.Action),
            Sessions = state.Sessions + (isNew ? 1 : 0),
            FirstAt = Earlier(state.FirstAt, @event.Time),
            LastAt = Later(state.LastAt, @event.Time),
        };
        var steps = ImmutableArray.CreateBuilder<SessionStep>();
        foreach (var item in @event.Items)
        {
            if (@event.Action == ShopAction.Remove) break;
            bool isStep = session is not null && IsStep(session, @event.Action, item.Id);
            if (isStep) session = session! with { Items = With(session.Items, new VisitedItem(item.Id, item.Category, @event.Action, @event.Time)) };
            if (@event.Action == ShopAction.Order) next = next with { Bought = WithBought(next.Bought, item.Id) };
            if (item.Category is { } category) next = next with { Categories = Affinity.See(next.Categories, category, @event.Time, Weight(@event.Action)) };
            steps.Add(new SessionStep(session?.Id ?? "", item.Id, item.Category, @event.Action, @event.Time, isStep));
        }
        return new(next with { Session = session ?? state.Session }, steps.ToImmutable(), null);
    }

    /// <summary>What was looked at and then put into the basket or bought is one step.</summary>
    private static bool IsStep(Visit session, ShopAction action, string item) =>
        action is ShopAction.View or ShopAction.Click || (action == ShopAction.Add && (session.Items.Length == 0 || session.Items[^1].Id != item));

    /// <summary>What an action counts, in looks.</summary>
    public static double Weight(ShopAction action) => action switch { ShopAction.Order => 5, ShopAction.Add => 3, _ => 1 };

    private static UserOutcome Identify(UserState state, ShopEvent @event)
    {
        if (@event.Target is not { } target || target == @event.UserId || state.JoinedTo == target) return new(state, [], null);
        // Somebody else at the same browser: what was there went to who came first.
        if (state.JoinedTo is not null) return new(state with { JoinedTo = target }, [], null);
        var handOver = new HandOver(@event.UserId, state.Session, state.Bought, state.Categories, state.Counts, state.Sessions, state.FirstAt);
        var left = UserState.Empty with { JoinedTo = target, Aliases = state.Aliases, LastAt = Later(state.LastAt, @event.Time) };
        return new(left, [], new ShopEvent { UserId = target, Action = ShopAction.Join, Time = @event.Time, HandOver = handOver, Hops = @event.Hops + 1 });
    }

    /// <summary>The more recent of both sessions goes on; what it saw stays in it, and where both are at once they become one.</summary>
    private static UserState Join(UserState state, ShopEvent @event)
    {
        var from = @event.HandOver!;
        var bought = state.Bought;
        foreach (string item in from.Bought) bought = WithBought(bought, item);
        return state with
        {
            Session = Join(state.Session, from.Session),
            Bought = bought,
            Categories = Affinity.Join(state.Categories, from.Categories),
            Counts = state.Counts.Plus(from.Counts),
            Sessions = state.Sessions + from.Sessions,
            Aliases = state.Aliases.Contains(from.From) ? state.Aliases : Last(state.Aliases.Add(from.From), UserState.MaxAliases),
            FirstAt = from.FirstAt is { } first ? Earlier(state.FirstAt, first) : state.FirstAt,
            LastAt = from.Session is { } session ? Later(state.LastAt, session.Last) : state.LastAt,
        };
    }

    private static Visit? Join(Visit? left, Visit? right)
    {
        if (left is null || right is null) return left ?? right;
        var (earlier, later) = left.Last <= right.Last ? (left, right) : (right, left);
        if (later.Start - earlier.Last > SessionGap) return later;
        var items = later.Items;
        foreach (var item in earlier.Items) items = With(items, item);
        return later with { Start = earlier.Start < later.Start ? earlier.Start : later.Start, Items = items };
    }

    private static ImmutableArray<string> WithBought(ImmutableArray<string> bought, string item) => Last(bought.Remove(item).Add(item), UserState.MaxBought);

    private static ImmutableArray<string> Last(ImmutableArray<string> items, int most) => items.Length > most ? items.RemoveRange(0, items.Length - most) : items;

    private static DateTimeOffset Earlier(DateTimeOffset? left, DateTimeOffset right) => left is { } known && known < right ? known : right;

    private static DateTimeOffset Later(DateTimeOffset? left, DateTimeOffset right) => left is { } known && known > right ? known : right;
}
