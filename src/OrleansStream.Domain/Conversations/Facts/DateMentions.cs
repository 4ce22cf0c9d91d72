using OrleansStream.Domain.Conversations.Text;

namespace OrleansStream.Domain.Conversations.Facts;

/// <summary>Days: <c>tomorrow</c>, <c>next friday</c>, <c>march 8</c>, <c>the 21st</c>, <c>2026-03-08</c>.</summary>
internal static class DateMentions
{
    private static readonly HashSet<string> DayNames =
    [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays",
        "mon", "tues", "wed", "thurs", "fri", "wensday", "wednesay", "wedensday", "thrusday", "saterday",
    ];

    private static readonly HashSet<string> Months =
    [
        "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december", "jan", "feb", "apr", "jun", "jul", "aug", "sept", "sep",
        "oct", "nov", "dec",
    ];

    private static readonly HashSet<string> Near = ["today", "tonight", "tomorrow", "tonite", "tommorow", "tomorow", "tommorrow", "tmrw"];

    public static void Find(MessageText text, bool isAsked, MentionList found)
    {
        for (int i = 0; i < text.Count; i++)
        {
            if (found.IsTaken(i)) continue;
            var (first, end) = Span(text, i, isAsked);
            if (end > first) found.Add(new Mention(FactNames.Date, Value(text, first, end), first, end));
        }
    }

    private static (int First, int End) Span(MessageText text, int i, bool isAsked)
    {
        string word = Day(text.Word(i));
        if (text.At(i, "day", "after", "tomorrow")) return (i, i + 3);
        if (Near.Contains(word)) return (i, i + 1);
        if (word is "next" or "this" or "coming" or "following") return (i, AfterNext(text, i));
        if (DayNames.Contains(word)) return (i, i + 1);
        if (word is "weekend" && text.Word(i - 1) is "the" or "on") return (i, i + 1);
        if (IsMonth(text, i)) return (i, AfterMonth(text, i));
        if (IsDayOfMonth(word) && IsMonth(text, text.Word(i + 1) is "of" ? i + 2 : i + 1)) return (i, text.Word(i + 1) is "of" ? i + 3 : i + 2);
        if (IsOrdinal(word) && (text.At(i - 1, "the") || isAsked) && (text.At(i - 2, "on") || text.At(i - 2, "for") || isAsked)) return (i, i + 1);
        if (text.Word(i + 1) is "eve" or "day" && word is "christmas" or "year's" or "valentine's" or "thanksgiving") return (word is "year's" && text.Word(i - 1) is "new" ? i - 1 : i, i + 2);
        return (i, IsNumeric(word) ? i + 1 : i);
    }

    private static int AfterNext(MessageText text, int i)
    {
        int at = i + 1;
        if (text.Word(at) is "coming") at++;
        if (DayNames.Contains(Day(text.Word(at)))) return at + 1;
        return text.Word(i) is not "following" && text.Word(at) is "week" or "weekend" or "month" ? at + 1 : i;
    }

    /// <summary>A day of this week is said with and without <c>this</c>; whatever else is said makes a difference.</summary>
    private static string Value(MessageText text, int first, int end)
    {
        bool isDay = DayNames.Contains(Day(text.Word(end - 1)));
        if (isDay && text.Word(first) is "this") first = text.Word(first + 1) is "coming" ? end - 1 : first + 1;
        string said = Day(text.Said(first, end));
        // The beginning of a sentence makes no name of "tomorrow".
        return Near.Contains(Day(text.Word(first))) || text.Word(first) is "next" or "this" or "coming" ? char.ToLowerInvariant(said[0]) + said[1..] : said;
    }

    /// <summary>Without the ending of <c>saturday's showing</c>.</summary>
    private static string Day(string word)
    {
        int cut = word.LastIndexOfAny(['\'', '\u2019']);
        return cut > 0 && word[(cut + 1)..].Trim() is "s" && !word.StartsWith("new year", StringComparison.OrdinalIgnoreCase) && word is not ("year's" or "valentine's") ? word[..cut].TrimEnd() : word;
    }

    private static bool IsMonth(MessageText text, int i) =>
        Months.Contains(text.Word(i)) || (text.Word(i) is "may" && (IsDayOfMonth(text.Word(i + 1)) || IsOrdinal(text.Word(i - 1)) || text.Word(i - 1) is "of"));

    private static int AfterMonth(MessageText text, int i) => !IsDayOfMonth(text.Word(i + 1)) ? i
        : text.Word(i + 2).Length == 4 && text[i + 2].IsNumber ? i + 3
        : text.Word(i + 2) is "," && text.Word(i + 3) is ['2', '0', _, _] ? i + 4 : i + 2;

    private static bool IsDayOfMonth(string word) => IsOrdinal(word) || (word.Length is 1 or 2 && int.TryParse(word, out int day) && day is >= 1 and <= 31);

    private static bool IsOrdinal(string word) => word.Length is 3 or 4 && char.IsAsciiDigit(word[0]) && word[^2..] is "st" or "nd" or "rd" or "th" && int.TryParse(word[..^2], out int day) && day is >= 1 and <= 31;

    private static bool IsNumeric(string word)
    {
        var parts = word.Split('/', '-');
        return char.IsAsciiDigit(word[0]) && (parts.Length == 3 || (parts.Length == 2 && word.Contains('/'))) && parts.All(p => int.TryParse(p, out int n) && n is > 0 and < 3000)
            && parts.Count(p => p.Length <= 2) >= parts.Length - 1;
    }
}
