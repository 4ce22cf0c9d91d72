using System.Globalization;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Processors;

/// <summary>Where a list of outputs begins.</summary>
/// <param name="BeforeOffset">Outputs of records before this offset; -1 for the newest.</param>
/// <param name="Skip">How many outputs of the record just before that offset a client has already: a page may end between two of one record.</param>
/// <param name="BeforeTime">Only of events that happened before this time; null for all.</param>
internal sealed record OutputListStart(long BeforeOffset, int Skip, DateTimeOffset? BeforeTime)
{
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];

    /// <summary>Null when <paramref name="before"/> is neither position nor time, or <paramref name="cursor"/> not <c>next</c> of a list of this topic.</summary>
    public static OutputListStart? Parse(string topic, string? before, string? cursor)
    {
        var start = new OutputListStart(-1, 0, null);
        if (!string.IsNullOrEmpty(before))
        {
            if (TryParseOffset(topic, before, out long offset)) start = start with { BeforeOffset = offset };
            else if (TryParseTime(before, out var time)) start = start with { BeforeTime = time };
            else return null;
        }
        if (string.IsNullOrEmpty(cursor)) return start;
        if (!TryParseCursor(topic, cursor, out long from, out int skip)) return null;
        return start.BeforeOffset < 0 || from <= start.BeforeOffset ? start with { BeforeOffset = from, Skip = skip } : start;
    }

    /// <summary>The <c>next</c> of a page that ends within the outputs of a record, of which this many were shown or passed over.</summary>
    public static string Within(Position record, int done) => string.Create(CultureInfo.InvariantCulture, $"{record}/{done}");

    private static bool TryParseCursor(string topic, string text, out long before, out int skip)
    {
        skip = 0;
        string[] parts = text.Split('/');
        if (!TryParseOffset(topic, parts[0], out before)) return false;
        if (parts.Length == 1) return true;
        if (parts.Length > 2 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out skip) || before == long.MaxValue) return false;
        before++;
        return true;
    }

    private static bool TryParseOffset(string topic, string text, out long offset)
    {
        bool known = Position.TryParse(text, out var position) && position.Topic == topic;
        offset = position.Offset;
        return known;
    }

    // A plus sign that nobody encoded arrives as a blank.
    private static bool TryParseTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text.Replace(' ', '+'), TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
}
