using System.Globalization;
using Microsoft.AspNetCore.Http;
using OrleansStream.Gateway.Http;
using OrleansStream.Streams.Pressure;

namespace OrleansStream.Gateway.Pressure;

/// <summary>
/// The answer to who sends faster than records are applied: 429 with <c>Retry-After</c>, and <c>RateLimit</c> and <c>RateLimit-Policy</c> as structured fields
/// (draft-ietf-httpapi-ratelimit-headers-10). The policy is not one of counting requests: what it allows meanwhile is one try (<c>q=1</c>) per pause
/// (<c>w</c>), and nothing of it is left (<c>r=0</c>) for <c>t</c> seconds.
/// </summary>
internal static class Overload
{
    /// <summary>The log itself could not take the records: its queue is full, for moments.</summary>
    public static readonly IngestPressure LogQueue = new("log-queue", TimeSpan.FromSeconds(1), "More records wait to be written than may. Nothing of the request was taken.");

    public static IResult Answer(HttpResponse response, IngestPressure pressure)
    {
        string seconds = Math.Max(1, (long)Math.Ceiling(pressure.RetryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        string policy = Quoted(pressure.Policy);
        response.Headers.RetryAfter = seconds;
        response.Headers["RateLimit-Policy"] = $"{policy};q=1;w={seconds}";
        response.Headers["RateLimit"] = $"{policy};r=0;t={seconds}";
        return Problems.Result(StatusCodes.Status429TooManyRequests, "overloaded", "Records come faster than they are applied", pressure.Detail);
    }

    /// <summary>A string of a structured field (RFC 9651): printable ASCII only.</summary>
    private static string Quoted(string text) =>
        $"\"{string.Concat(text.Where(c => c is >= ' ' and <= '~')).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
