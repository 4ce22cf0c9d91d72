using OrleansStream.Domain.Conversations.Text;

namespace OrleansStream.Domain.Conversations.Facts;

/// <summary>Times of day: <c>6:30 pm</c>, <c>7.15 pm</c>, <c>7pm</c>, <c>half past seven</c>, <c>noon</c>, <c>at 8</c>.</summary>
internal static class TimeMentions
{
    private static readonly HashSet<string> Cues = ["at", "around", "about", "by", "@", "until", "till", "after", "before"];
    private static readonly HashSet<string> Parts = ["morning", "afternoon", "evening"];

    /// <summary>What may follow a time that has neither minutes nor <c>pm</c>.</summary>
    private static readonly HashSet<string> Followers =
    [
        "", ".", ",", "?", "!", ";", "on", "for", "in", "tomorrow", "today", "tonight", "this", "next", "please", "instead", "then", "and", "or", "if", "with", "to", "would", "is", "works",
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    ];

    /// <summary>Adds what is found and not taken yet.</summary>
    /// <param name="text">The message.</param>
    /// <param name="isAsked">Whether a time was asked for, and no other number: then a number alone is one.</param>
    /// <param name="found">Mentions so far.</param>
    public static void Find(MessageText text, bool isAsked, MentionList found)
    {
        for (int i = 0; i < text.Count; i++)
        {
            if (found.IsTaken(i)) continue;
            int end = End(text, i, isAsked, found);
            if (end > i) found.Add(new Mention(FactNames.Time, text.Said(i, end), i, end));
        }
    }

    private static int End(MessageText text, int i, bool isAsked, MentionList found)
    {
        string word = text.Word(i);
        if (word is "noon" or "midnight" or "midday") return i + 1;
        if (Spoken(text, i) is var spoken && spoken > i) return spoken;
        if (Clock(word) is not { } hasMinutes) return i;
        if (Half(text, i + 1) is var half && half > i + 1) return half;
        // "7.15 pm", "8 o'clock"; a point alone may be a price.
        if (hasMinutes && (word.Contains(':') || isAsked || Cues.Contains(text.Word(i - 1)))) return i + 1;
        if (hasMinutes) return i;
        if (Numbers.Of(word) is not (>= 1 and <= 12)) return i;
        if (found.Has(FactNames.Time)) return i;
        bool isTold = Cues.Contains(text.Word(i - 1)) && Followers.Contains(text.Word(i + 1));
        return isTold || (isAsked && IsAlone(text, i)) ? i + 1 : i;
    }

    /// <summary>Behind <c>pm</c>, <c>o'clock</c> or <c>in the evening</c>, where the hour is told apart by it.</summary>
    private static int Half(MessageText text, int i)
    {
        if (text.Word(i) is "am" or "pm" or "o'clock" or "oclock" or "h" or "hrs") return i + 1;
        if (text.At(i, "in", "the") && Parts.Contains(text.Word(i + 2))) return i + 3;
        return text.At(i, "at", "night") ? i + 2 : i;
    }

    /// <summary><c>half past seven</c>, <c>quarter to 8</c>, <c>seven thirty</c>.</summary>
    private static int Spoken(MessageText text, int i)
    {
        if (text.Word(i) is "half" or "quarter" && text.Word(i + 1) is "past" or "to" or "after" && Numbers.Of(text.Word(i + 2)) is <= 12) return Math.Max(i + 3, Half(text, i + 3));
        if (!text.Word(i).All(char.IsLetter) || Numbers.Of(text.Word(i)) is not <= 12 || !Numbers.IsMinutes(text.Word(i + 1))) return i;
        int end = i + 2 + (text.Word(i + 2) is "five" ? 1 : 0);
        return Math.Max(end, Half(text, end));
    }

    /// <summary>Whether the number has minutes; null when it is no time.</summary>
    private static bool? Clock(string word)
    {
        if (Numbers.Of(word) is { } hour) return hour <= 24 ? false : null;
        int cut = word.AsSpan().IndexOfAny(':', '.');
        return cut is 1 or 2 && word.Length == cut + 3 && int.TryParse(word.AsSpan(0, cut), out int h) && h < 25 && int.TryParse(word.AsSpan(cut + 1), out int m) && m < 60 ? true : null;
    }

    /// <summary>A number that is the whole answer, or nearly.</summary>
    private static bool IsAlone(MessageText text, int i) =>
        Followers.Contains(text.Word(i + 1)) && text.Word(i) is not "one" && (i == 0 || !text[i - 1].IsWord || text.Word(i - 1) is "it" or "is" or "say" or "ok" or "okay" or "yes" or "sure" or "maybe" or "to");
}
