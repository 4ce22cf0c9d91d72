using System.Collections.Frozen;
using System.Globalization;

namespace OrleansStream.Domain.Conversations.Text;

/// <summary>Small whole numbers, as digits or as words.</summary>
internal static class Numbers
{
    private static readonly FrozenDictionary<string, int> Words = new Dictionary<string, int>
    {
        ["one"] = 1, ["two"] = 2, ["three"] = 3, ["four"] = 4, ["five"] = 5, ["six"] = 6, ["seven"] = 7, ["eight"] = 8, ["nine"] = 9, ["ten"] = 10, ["eleven"] = 11,
        ["twelve"] = 12, ["thirteen"] = 13, ["fourteen"] = 14, ["fifteen"] = 15, ["sixteen"] = 16, ["seventeen"] = 17, ["eighteen"] = 18, ["nineteen"] = 19, ["twenty"] = 20,
        ["thirty"] = 30, ["forty"] = 40, ["fifty"] = 50, ["dozen"] = 12,
    }.ToFrozenDictionary();

    /// <summary>How many of something a message may be about.</summary>
    private const int Most = 999;

    /// <summary>1 to 999; null for anything else.</summary>
    public static int? Of(string word) =>
        Words.TryGetValue(word, out int number) ? number
        : word.Length is > 0 and <= 3 && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is > 0 and <= Most ? number
        : null;

    /// <summary>The minutes that may be said after an hour: <c>thirty</c>, <c>forty</c> <c>five</c> is not one word.</summary>
    public static bool IsMinutes(string word) => word is "ten" or "fifteen" or "twenty" or "thirty" or "forty" or "fifty";
}
