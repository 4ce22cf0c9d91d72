using System.Collections.Immutable;

namespace OrleansStream.Domain.Recommendations.Users;

/// <summary>Which categories a visitor likes: each look counts half as much after two weeks. Forward decay, kept as logarithms; the order of events makes no difference.</summary>
public static class Affinity
{
    private static readonly TimeSpan HalfLife = TimeSpan.FromDays(14);
    private static readonly long Landmark = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).UtcTicks;

    /// <summary>A look at the category at the time.</summary>
    public static ImmutableArray<Liking> See(ImmutableArray<Liking> likings, string category, DateTimeOffset time, double weight = 1) =>
        Add(likings, new Liking(category, ((time.UtcTicks - Landmark) / (double)HalfLife.Ticks) + Math.Log2(weight)));

    /// <summary>Both together.</summary>
    public static ImmutableArray<Liking> Join(ImmutableArray<Liking> left, ImmutableArray<Liking> right)
    {
        foreach (var liking in right) left = Add(left, liking);
        return left;
    }

    private static ImmutableArray<Liking> Add(ImmutableArray<Liking> likings, Liking more)
    {
        int at = -1;
        for (int i = 0; i < likings.Length && at < 0; i++)
            if (likings[i].Category == more.Category) at = i;
        if (at >= 0)
        {
            double high = Math.Max(likings[at].Log, more.Log), low = Math.Min(likings[at].Log, more.Log);
            likings = likings.RemoveAt(at);
            more = more with { Log = high + Math.Log2(1 + double.Exp2(low - high)) };
        }
        int place = 0;
        while (place < likings.Length && (likings[place].Log > more.Log || (likings[place].Log == more.Log && string.CompareOrdinal(likings[place].Category, more.Category) < 0))) place++;
        likings = likings.Insert(place, more);
        return likings.Length > UserState.MaxCategories ? likings.RemoveAt(UserState.MaxCategories) : likings;
    }
}
