namespace OrleansStream.Domain.Json;

/// <summary>
/// Date-times of RFC 3339, section 5.6, and nothing else: an offset is required, <c>T</c> and <c>Z</c> in either
/// case, a fraction of any length. <see cref="DateTimeOffset"/>'s own parser guesses and needs no offset.
/// </summary>
internal static class Rfc3339
{
    // yyyy-MM-ddTHH:mm:ssZ
    private const int ShortestLength = 20;
    private const int FractionStart = 19;
    private const int OffsetLength = 6;
    private const int TickDigits = 7;

    /// <summary>
    /// Parses to 100 ns (further digits are cut). A leap second becomes the second after it, an offset beyond
    /// ±14:00, which .NET cannot hold, the same instant in UTC. False for anything else, year 0000 included.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length < ShortestLength || !HasSeparators(text))
            return false;

        var isRead = Digits(text[..4], out var year) & Digits(text[5..7], out var month) & Digits(text[8..10], out var day)
            & Digits(text[11..13], out var hour) & Digits(text[14..16], out var minute) & Digits(text[17..19], out var second);
        if (!isRead || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        if (hour > 23 || minute > 59 || second > 60)
            return false;

        var rest = text[FractionStart..];
        if (!TryCutFraction(ref rest, out var fractionTicks) || !TryParseOffset(rest, out var offset))
            return false;
        var isLeap = second == 60;
        var local = new DateTime(year, month, day, hour, minute, isLeap ? 59 : second).Ticks
            + (isLeap ? TimeSpan.TicksPerSecond : fractionTicks);
        return TryCombine(local, offset, isLeap, out time);
    }

    private static bool HasSeparators(ReadOnlySpan<char> text) =>
        text[4] == '-' && text[7] == '-' && text[10] is 'T' or 't' && text[13] == ':' && text[16] == ':';

    private static bool TryCombine(long localTicks, TimeSpan offset, bool isLeap, out DateTimeOffset time)
    {
        time = default;
        var utcTicks = localTicks - offset.Ticks;
        if (utcTicks < DateTime.MinValue.Ticks || utcTicks > DateTime.MaxValue.Ticks)
            return false;
        var utc = new DateTimeOffset(utcTicks, TimeSpan.Zero);
        // Leap seconds are the last of a UTC day.
        if (isLeap && utc.TimeOfDay != TimeSpan.Zero)
            return false;
        var isHeld = offset.Duration() <= TimeSpan.FromHours(14) && localTicks >= 0 && localTicks <= DateTime.MaxValue.Ticks;
        time = isHeld ? utc.ToOffset(offset) : utc;
        return true;
    }

    private static bool TryCutFraction(ref ReadOnlySpan<char> rest, out long ticks)
    {
        ticks = 0;
        if (rest.IsEmpty || rest[0] != '.')
            return true;
        var digits = rest[1..];
        var length = digits.IndexOfAnyExceptInRange('0', '9');
        if (length <= 0)
            return false;
        for (var i = 0; i < TickDigits; i++)
            ticks = (ticks * 10) + (i < length ? digits[i] - '0' : 0);
        rest = digits[length..];
        return true;
    }

    private static bool TryParseOffset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (text is "Z" or "z")
            return true;
        if (text.Length != OffsetLength || text[0] is not ('+' or '-') || text[3] != ':')
            return false;
        if (!(Digits(text[1..3], out var hours) & Digits(text[4..6], out var minutes)) || hours > 23 || minutes > 59)
            return false;
        offset = new TimeSpan(hours, minutes, 0);
        if (text[0] == '-')
            offset = -offset;
        return true;
    }

    private static bool Digits(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit(digit))
                return false;
            value = (value * 10) + (digit - '0');
        }

        return true;
    }
}
