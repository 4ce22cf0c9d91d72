using OrleansStream.Domain.Conversations.Text;

namespace OrleansStream.Domain.Conversations.Facts;

/// <summary>How many tickets or people: <c>3 movie tickets</c>, <c>party of five</c>, <c>for 2</c>, <c>just me</c>, and a number alone that answers a question.</summary>
internal static class CountMentions
{
    internal static readonly HashSet<string> TicketWords = ["ticket", "tickets", "tix", "seat", "seats", "tkts", "ticktes", "tikets"];
    internal static readonly HashSet<string> TableWords = ["table", "tables", "reservation", "reservations", "restaurant", "restaurants", "dinner", "lunch", "guests", "diners"];

    private static readonly HashSet<string> PeopleWords =
        ["people", "person", "persons", "guest", "guests", "diners", "adults", "adult", "kids", "children", "friends", "pax", "ppl", "attendees", "peoples", "individuals", "members"];

    /// <summary>What may follow a number that is not said what of; a title would go on.</summary>
    private static readonly HashSet<string> Followers =
    [
        "", ".", ",", "?", "!", ";", "\"", ")", "at", "on", "for", "in", "to", "please", "and", "tomorrow", "today", "tonight", "this", "next", "instead", "then", "total", "thanks", "thank", "but",
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "with", "around", "would", "will", "is", "coming", "altogether", "if", "or", "so", "as",
    ];

    private static readonly HashSet<string> Changes = ["it", "that", "to", "actually", "no", "just", "only", "sorry", "mean", "meant", "is", "be", ",", "are"];

    /// <param name="text">The message.</param>
    /// <param name="isAsked">Whether a number was asked for.</param>
    /// <param name="isKnown">Whether there is one that may be changed.</param>
    /// <param name="found">Mentions so far.</param>
    public static void Find(MessageText text, bool isAsked, bool isKnown, MentionList found)
    {
        for (int i = 0; i < text.Count; i++)
        {
            if (found.IsTaken(i)) continue;
            if (OnlyMe(text, i, isAsked) is { Length: > 0 } alone)
            {
                found.Add(new Mention(FactNames.Count, "1", i, i + alone.Length));
                continue;
            }
            if (Amount(text, i) is not var (number, end) || !Tells(text, i, end, isAsked, isKnown, found)) continue;
            for (int n = end, noun = Noun(text, end) ?? end; n < noun; n++)
                if (text[n].IsNumber) found.Take(n, n + 1);
            found.Add(new Mention(NameAt(text, i, end), number.ToString(System.Globalization.CultureInfo.InvariantCulture), i, end));
        }
    }

    /// <summary>Whether the message is of tickets, or of people; nothing when it does not say.</summary>
    public static string? KindOf(MessageText text) => text.ContainsAny(TicketWords) ? FactNames.Tickets : text.ContainsAny(TableWords) ? FactNames.People : null;

    private static (int Number, int End)? Amount(MessageText text, int i)
    {
        string word = text.Word(i);
        if (word is "a" or "an" && text.Word(i + 1) is "couple" or "pair") return (2, text.Word(i + 2) is "of" ? i + 3 : i + 2);
        if (word is "couple" && text.Word(i - 1) is not "a") return (2, text.Word(i + 1) is "of" ? i + 2 : i + 1);
        if (word is "a" or "single" && Noun(text, i + 1) is { } noun && text.Word(noun) is "ticket" or "seat" or "person" && text.Word(i + 1) is "single" or "ticket" or "seat" or "person")
            return word is "a" && text.Word(i + 1) is not "single" ? null : (1, i + 1);
        if (word is "both" && text.At(i + 1, "of", "us")) return (2, i + 1);
        return Numbers.Of(word) is { } number ? (number, i + 1) : null;
    }

    private static bool Tells(MessageText text, int i, int end, bool isAsked, bool isKnown, MentionList found)
    {
        if (Noun(text, end) is not null || text.At(end, "of", "us")) return true;
        // "2 8 pm tickets"
        int behind = end;
        while (behind < text.Count && found.IsTaken(behind)) behind++;
        if (behind > end && TicketWords.Contains(text.Word(behind))) return true;
        string before = text.Word(i - 1);
        if (text.Word(i) is "one" && before is "is" or "the" or "that" or "this" or "pm" or "am" or "are") return false;
        // "number of tickets is 5", "tickets : 5"
        if (before is "is" or ":" or "=" or "be" or "are" && IsCounted(text, i - 2)) return true;
        if (!Followers.Contains(text.Word(end)) && !found.IsTaken(end)) return false;
        if (before is "of" && text.Word(i - 2) is "party" or "table" or "group" or "total" or "number" or "family") return true;
        if (before is "for" or "with" && (IsForPlaces(text, i - 2) || IsAtEnd(text, end, found))) return true;
        if (isAsked) return before is not "one" && IsOneAnswer(text, i, end);
        return isKnown && Changes.Contains(before) && !text.At(end, "or") && (i < 2 || text.Word(i) is not "one") && IsChange(text, i);
    }

    /// <summary>The noun that is counted, over at most three words that say which: <c>3 imax movie tickets</c>.</summary>
    private static int? Noun(MessageText text, int i)
    {
        for (int n = i; n < i + 4 && n < text.Count; n++)
        {
            string word = text.Word(n);
            if (TicketWords.Contains(word) || PeopleWords.Contains(word)) return n;
            if (!(text[n].IsWord || (text[n].IsNumber && n > i)) || word is "for" or "to" or "at" or "on" or "of" or "and" or "the" or "pm" or "am" or "or") return null;
        }
        return null;
    }

    private static string NameAt(MessageText text, int i, int end)
    {
        if (Noun(text, end) is { } noun && TicketWords.Contains(text.Word(noun))) return FactNames.Tickets;
        return text.Word(i - 1) is "of" && text.Word(i - 2) is "party" or "table" ? FactNames.People : FactNames.Count;
    }

    private static bool IsCounted(MessageText text, int i) =>
        TicketWords.Contains(text.Word(i)) || PeopleWords.Contains(text.Word(i)) || text.Word(i) is "number" or "size" or "there" or "party" or "it" or "will" || (text.Word(i) is "will" && text.Word(i - 1) is "there");

    private static bool IsForPlaces(MessageText text, int i) =>
        TicketWords.Contains(text.Word(i)) || TableWords.Contains(text.Word(i)) || text.Word(i) is "it" or "that" or "tomorrow" or "tonight" or "today" or "pm" or "party" or "book" or "reserve";

    private static bool IsAtEnd(MessageText text, int end, MentionList found) =>
        text.Word(end) is "" or "." or "?" or "!" or "please" or "at" or "on" or "," or "tomorrow" or "tonight" or "today" or "this" || (end < text.Count && found.IsTaken(end));

    /// <summary>Not the number of a hall, a street or a title: those stand behind a word of it.</summary>
    private static bool IsOneAnswer(MessageText text, int i, int end) =>
        text.Word(i) is "one" ? i == 0 || text.Word(i - 1) is "just" or "only" or "," or "." : i == 0 || !text[i - 1].IsWord || IsFiller(text.Word(i - 1)) || text.Word(end) is "please";

    private static bool IsFiller(string word) => Changes.Contains(word) || word is
        "and" or "for" or "of" or "need" or "want" or "get" or "buy" or "like" or "be" or "would" or "with" or "about" or "say" or "okay" or "ok" or "yes" or "sure" or "maybe" or "have" or "purchase"
        or "were" or "we" or "all" or "pm" or "am" or "hi" or "reserve" or "book" or "take" or "me" or "us" or "thanks" or "please" or "the" or "there" or "at" or "a";

    private static bool IsChange(MessageText text, int i)
    {
        for (int n = Math.Max(0, i - 4); n < i; n++)
            if (text.Word(n) is "make" or "change" or "actually" or "no" or "sorry" or "mean" or "meant" or "instead" or "rather" or "update" or "need" or "wait") return true;
        return text.Contains("instead");
    }

    private static string[] OnlyMe(MessageText text, int i, bool isAsked)
    {
        foreach (string[] words in (string[][])[["just", "me"], ["only", "me"], ["just", "myself"], ["for", "myself"], ["by", "myself"]])
            if (text.At(i, words)) return words;
        return isAsked && text.Word(i) is "myself" or "alone" ? [text.Word(i)] : [];
    }
}
