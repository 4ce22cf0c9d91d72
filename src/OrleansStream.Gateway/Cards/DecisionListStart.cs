using System.Globalization;
using OrleansStream.Grains.Cards;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Cards;

/// <summary>Where a list of decisions begins.</summary>
/// <param name="BeforeOffset">Decisions of transactions before this offset; -1 for the newest.</param>
/// <param name="BeforeTime">Only of transactions that happened before this time; null for all.</param>
internal sealed record DecisionListStart(long BeforeOffset, DateTimeOffset? BeforeTime)
{
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];

    /// <summary>Null when <paramref name="before"/> is neither position nor time, or <paramref name="cursor"/> no position.</summary>
    public static DecisionListStart? Parse(string? before, string? cursor)
    {
        var start = new DecisionListStart(-1, null);
        if (!string.IsNullOrEmpty(before))
        {
            if (TryParseOffset(before, out long offset)) start = start with { BeforeOffset = offset };
            else if (TryParseTime(before, out var time)) start = start with { BeforeTime = time };
            else return null;
        }
        if (string.IsNullOrEmpty(cursor)) return start;
        if (!TryParseOffset(cursor, out long from)) return null;
        return start with { BeforeOffset = start.BeforeOffset < 0 ? from : Math.Min(from, start.BeforeOffset) };
    }

    private static bool TryParseOffset(string text, out long offset)
    {
        bool known = Position.TryParse(text, out var position) && position.Topic == CardTopics.Transactions;
        offset = position.Offset;
        return known;
    }

    // A plus sign that nobody encoded arrives as a blank.
    private static bool TryParseTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text.Replace(' ', '+'), TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
}
