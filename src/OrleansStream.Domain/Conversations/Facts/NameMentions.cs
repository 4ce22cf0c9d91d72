using System.Collections.Immutable;
using OrleansStream.Domain.Conversations.Text;

namespace OrleansStream.Domain.Conversations.Facts;

/// <summary>
/// Names, of which there is no list: what stands in quotes, behind a cue (<c>the movie called …</c>, <c>at the … theater</c>, <c>in …</c>), or is the whole answer to a question.
/// </summary>
internal static class NameMentions
{
    private const int LongestName = 7;

    private static readonly HashSet<string> Ends =
    [
        ".", ",", "?", "!", ";", "\"", "(", ")", "at", "on", "in", "for", "with", "please", "this", "next", "tomorrow", "tonight", "today", "near", "around", "by", "is", "are", "would", "will", "that", "if",
        "i", "i'd", "i'm", "we", "thanks", "thank", "playing", "showing", "starting", "from", "tickets", "ticket", "movie", "film", "theater", "theatre", "cinema", "cinemas", "theaters", "restaurant", "then", "instead", "sounds",
        "works", "but", "because", "where", "which", "anytime", "when", "you", "can", "could",
    ];

    private static readonly HashSet<string> Articles = ["the", "a", "an", "some", "any", "my", "your", "our", "their", "it", "that", "this", "these", "those", "there", "me", "all", "which", "what", "same", "different", "another"];

    private static readonly (string[] Cue, string Name)[] Cues =
    [
        (["movie", "called"], FactNames.Movie), (["movie", "named"], FactNames.Movie), (["movie", "titled"], FactNames.Movie), (["film", "called"], FactNames.Movie), (["movie", "is"], FactNames.Movie), (["the", "movie"], FactNames.Movie),
        (["the", "film"], FactNames.Movie), (["to", "see"], FactNames.Movie), (["to", "watch"], FactNames.Movie), (["theater", "is"], FactNames.Theatre), (["theatre", "is"], FactNames.Theatre),
        (["restaurant", "is"], FactNames.Restaurant), (["restaurant", "called"], FactNames.Restaurant), (["restaurant", "named"], FactNames.Restaurant),
        (["location", "is"], FactNames.Location), (["my", "name", "is"], FactNames.Name), (["under", "the", "name"], FactNames.Name), (["the", "name", "of"], FactNames.Name), (["call", "me"], FactNames.Name),
    ];

    /// <param name="text">The message.</param>
    /// <param name="asked">What was asked for.</param>
    /// <param name="kind">What is being counted in this conversation: tickets are for a movie at a theatre, tables at a restaurant.</param>
    /// <param name="found">Mentions so far: what they take is no name.</param>
    public static void Find(MessageText text, ImmutableArray<string> asked, string? kind, MentionList found)
    {
        Quoted(text, kind, found);
        for (int i = 0; i < text.Count; i++)
        {
            foreach (var (cue, name) in Cues)
                if (text.At(i, cue) && i + cue.Length < text.Count && !found.Has(name)) Take(text, i + cue.Length, name, found, cue.Length == 1);
            if (kind == FactNames.Tickets && text.Word(i) is "for" or "to" && !found.Has(FactNames.Movie) && !text.At(i, "to", "see") && !text.At(i, "to", "watch") && !IsVerb(text.Word(i + 1)))
                Take(text, i + 1, FactNames.Movie, found, false);
            if (text.Word(i) is "theater" or "theatre" or "cinema" && !found.Has(FactNames.Theatre)) Before(text, i, FactNames.Theatre, found);
            if (text.Word(i) is "food" or "cuisine" && !found.Has(FactNames.Category)) Before(text, i, FactNames.Category, found);
            if (text.Word(i) is "restaurant" or "restaurants" && !found.Has(FactNames.Category) && i > 0 && IsCuisine(text.Word(i - 1))) Before(text, i, FactNames.Category, found, 1);
            if (text.Word(i) is "in" or "near" && kind != FactNames.Tickets && !found.Has(FactNames.Location)) Take(text, i + 1, FactNames.Location, found, true, 3);
            if (text.Word(i) is "at" && !found.Has(kind == FactNames.Tickets ? FactNames.Theatre : FactNames.Restaurant))
                Take(text, i + 1, kind == FactNames.Tickets ? FactNames.Theatre : FactNames.Restaurant, found, false);
        }
        Answer(text, asked, found);
    }

    private static void Quoted(MessageText text, string? kind, MentionList found)
    {
        for (int i = 0; i < text.Count; i++)
        {
            if (text.Word(i) is not ("\"" or "\u201c" or "\u00ab")) continue;
            int end = i + 1;
            while (end < text.Count && text.Word(end) is not ("\"" or "\u201d" or "\u00bb")) end++;
            // A message that is quoted as a whole names nothing.
            if (i > 0 && end < text.Count && end - i is > 1 and <= LongestName + 1) found.Add(new Mention(kind == FactNames.Tickets ? FactNames.Movie : FactNames.Name, text.Said(i + 1, end), i, end + 1));
            i = end;
        }
    }

    private static void Take(MessageText text, int first, string name, MentionList found, bool isPlain, int longest = LongestName)
    {
        while (text.Word(first) is "called" or "named" or ":" or "is") first++;
        int start = first;
        if (Articles.Contains(text.Word(first))) first++;
        int end = first;
        while (end < text.Count && end - start < longest && !found.IsTaken(end) && (!Ends.Contains(text.Word(end)) || (name is FactNames.Movie && IsWithin(text, end, first, found))) && (text.Word(end) is not "and" || name is FactNames.Theatre)) end++;
        if (name is FactNames.Movie && text.Word(end) is "theater" or "theatre" or "cinema" or "cinemas") name = FactNames.Theatre;
        if (found.Has(name)) return;
        if (end == first || (isPlain && Articles.Contains(text.Word(start)) && text.Word(start) is not "the")) return;
        // A title keeps its article, a place does not.
        int from = name is FactNames.Movie && text.Word(start) is "the" or "a" or "an" ? start : first;
        if (end - from == 1 && (Articles.Contains(text.Word(from)) || text[from].IsNumber || text.Word(from).Length < 2)) return;
        found.Add(new Mention(name, text.Said(from, end), from, end));
    }

    /// <summary>"The girl on the train": a title goes on over a preposition that has no day or time behind it.</summary>
    private static bool IsWithin(MessageText text, int i, int first, MentionList found) =>
        i > first && text.Word(i) is "on" or "in" or "from" or "with" or "by" && !found.IsTaken(i + 1) && i + 1 < text.Count && text.Word(i + 1) is not ("this" or "that" or "my" or "any" or "it");

    /// <summary>Words for where a kitchen is from end alike; before "restaurant" stands a place or a quality as often.</summary>
    private static bool IsCuisine(string word) =>
        word.Length > 4 && (word.EndsWith("an", StringComparison.Ordinal) || word.EndsWith("ese", StringComparison.Ordinal) || word.EndsWith("ish", StringComparison.Ordinal) || word is "french" or "greek" or "sushi" or "pizza" or "seafood")
        || word is "thai";

    private static bool IsVerb(string word) => word is "see" or "watch" or "buy" or "purchase" or "get" or "go" or "be" or "book" or "reserve" or "make" or "change" or "do" or "have" or "find" or "me" or "us" or "you" or "know" or "eat";

    private static void Before(MessageText text, int end, string name, MentionList found, int longest = 4)
    {
        int first = end;
        while (first > 0 && end - first < longest && !found.IsTaken(first - 1) && !Ends.Contains(text.Word(first - 1)) && !Articles.Contains(text.Word(first - 1)) && text[first - 1].IsWord
            && text.Word(first - 1) is not ("find" or "of" or "like" or "want" or "and" or "movie" or "to" or "type" or "kind" or "good" or "nice" or "or" or "book" or "need" or "reserve" or "prefer" or "what" or "eat" or "some" or "about")) first--;
        if (first < end) found.Add(new Mention(name, text.Said(first, end), first, end));
    }

    /// <summary>A short message that is nothing but the answer.</summary>
    private static void Answer(MessageText text, ImmutableArray<string> asked, MentionList found)
    {
        string[] open = [.. asked.Where(a => a is FactNames.Movie or FactNames.Theatre or FactNames.Restaurant or FactNames.Location or FactNames.Category or FactNames.Name && !found.Has(a))];
        if (open.Length != 1 || text.Count > 9) return;
        int first = 0;
        while (first < text.Count && (found.IsTaken(first) || !text[first].IsWord || text.Word(first) is "some" or "how" or "about" or "what" or "eat" or "for" or "at" or "in" or "to" or "and" or "ok" or "okay" or "yes" or "sure" or "on")) first++;
        int end = first;
        while (end < text.Count && !found.IsTaken(end) && (!Ends.Contains(text.Word(end)) || (open[0] is FactNames.Movie && text.Word(end) is "on" or "at" or "in" or "for"))) end++;
        while (end > first && text.Word(end - 1) is "and" or "or") end--;
        if (end > first && end - first <= LongestName && !text.Contains("?") && !text.Contains("understand") && text.Word(first + 1) is not ("date" or "time" or "day") && text.Word(first) is not ("agree" or "i" or "i'm" or "what" or "any" or "no" or "it" or "doesn't" or "can"))
            found.Add(new Mention(open[0], text.Said(first, end), first, end));
    }
}
