using System.Globalization;

namespace OrleansStream.Cli.Sending.Mapping;

/// <summary>Times as files write them, made RFC 3339.</summary>
internal static class TimeText
{
    /// <summary>As seconds this would be the year 5138, as milliseconds it is March 1973: the greater of both is taken for milliseconds.</summary>
    private const decimal FirstMilliseconds = 100_000_000_000;

    private static readonly string[] Utc =
        ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm", "yyyy-MM-dd"];

    /// <summary>
    /// Unix seconds or milliseconds become UTC; a date and time without an offset is taken as UTC; everything else
    /// is passed on for the server to judge.
    /// </summary>
    public static string ToRfc3339(string value)
    {
        if (decimal.TryParse(value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number))
        {
            return OfUnix(number) ?? value;
        }

        const DateTimeStyles AsUtc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTime.TryParseExact(value, Utc, CultureInfo.InvariantCulture, AsUtc, out var time) ? Write(time) : value;
    }

    private static string? OfUnix(decimal number)
    {
        var milliseconds = Math.Abs(number) >= FirstMilliseconds ? number : number * 1000;
        var last = (decimal)(DateTime.MaxValue - DateTime.UnixEpoch).TotalMilliseconds;
        var first = (decimal)(DateTime.MinValue - DateTime.UnixEpoch).TotalMilliseconds;
        return milliseconds > first && milliseconds < last ? Write(DateTime.UnixEpoch.AddTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond))) : null;
    }

    private static string Write(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
