using OrleansStream.Domain.Conversations.Text;

namespace OrleansStream.Domain.Conversations.Facts;

/// <summary>Which facts a user has no preference for: <c>any time</c>, <c>i don't care</c> to what was asked.</summary>
internal static class Indifference
{
    private static readonly string[][] Phrases =
    [
        ["don't", "care"], ["dont", "care"], ["not", "care"], ["doesn't", "matter"], ["doesnt", "matter"], ["not", "matter"], ["don't", "mind"], ["no", "preference"], ["no", "preferences"], ["don't", "have"], ["whatever"],
        ["whichever"], ["whenever"], ["i'm", "flexible"], ["flexible"], ["am", "open"], ["i'm", "open"], ["up", "to", "you"], ["not", "picky"], ["no", "matter"], ["anything"], ["any", "is", "fine"], ["any", "will", "do"],
        ["have", "a", "preference"], ["have", "any", "preference"], ["not", "important"], ["isn't", "important"], ["not", "particular"], ["don't", "really", "care"], ["no", "specific"], ["surprise", "me"], ["either", "is", "fine"], ["not", "really"],
    ];

    private static readonly (string Name, string[] Words)[] Subjects =
    [
        (FactNames.Time, ["anytime"]), (FactNames.Time, ["any", "time"]), (FactNames.Time, ["any", "showtime"]), (FactNames.Time, ["any", "available", "time"]), (FactNames.Time, ["any", "showing"]), (FactNames.Time, ["whenever"]),
        (FactNames.Date, ["any", "day"]), (FactNames.Date, ["any", "date"]), (FactNames.Date, ["anyday"]), (FactNames.Date, ["whatever", "day"]),
        (FactNames.PriceRange, ["any", "price"]), (FactNames.Category, ["any", "cuisine"]), (FactNames.Category, ["any", "food"]), (FactNames.Category, ["any", "type", "of", "food"]),
        (FactNames.Category, ["any", "kind", "of", "food"]), (FactNames.Meal, ["any", "meal"]), (FactNames.Theatre, ["any", "theater"]), (FactNames.Theatre, ["any", "theatre"]), (FactNames.Movie, ["any", "movie"]), (FactNames.Location, ["anywhere"]),
    ];

    private static readonly (string Name, HashSet<string> Words)[] Nouns =
    [
        (FactNames.Time, ["time", "times", "timing"]), (FactNames.Date, ["date", "day", "dates", "days"]), (FactNames.PriceRange, ["price", "prices", "cost", "budget"]), (FactNames.Category, ["cuisine", "food", "category"]),
        (FactNames.Meal, ["meal", "mealtime"]), (FactNames.Location, ["location", "place", "area"]), (FactNames.Theatre, ["theater", "theatre", "cinema"]), (FactNames.Movie, ["movie", "film"]),
    ];

    public static IEnumerable<string> Of(MessageText text, IReadOnlyCollection<string> asked)
    {
        var named = Subjects.Where(s => text.Contains(s.Words)).Select(s => s.Name).ToHashSet();
        foreach (var words in Phrases)
        {
            int at = Find(text, words);
            if (at < 0) continue;
            int first = Clauses.Begin(text, at), end = Clauses.End(text, at);
            var nouns = Nouns.Where(n => Enumerable.Range(first, end - first).Any(i => n.Words.Contains(text.Word(i)))).Select(n => n.Name).ToList();
            if (nouns.Count > 0) named.UnionWith(nouns);
            else if (named.Count == 0 && words[0] is not "anything" && !(words[^1] is "have" or "really")) named.UnionWith(asked);
            break;
        }
        if (named.Count == 0 && text.Count <= 4 && text.Word(0) is "any" or "either") named.UnionWith(asked);
        return named;
    }

    private static int Find(MessageText text, string[] words)
    {
        for (int i = 0; i + words.Length <= text.Count; i++)
            if (text.At(i, words)) return i;
        return -1;
    }
}
