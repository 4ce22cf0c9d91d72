using System.Globalization;
using Microsoft.AspNetCore.Http;
using OrleansStream.Gateway.Http;
using OrleansStream.Streams.Pressure;

namespace OrleansStream.Gateway.Pressure;

/// <summary>
/// The answer to who sends faster than records are applied, or more than a client may: 429 with <c>Retry-After</c>, and <c>RateLimit</c> and <c>RateLimit-Policy</c> as structured
/// fields (draft-ietf-httpapi-ratelimit-headers-10).
/// </summary>
internal static class Overload
{
    /// <summary>The log itself could not take the records: its queue is full, for moments.</summary>
    public static readonly IngestPressure LogQueue = new("log-queue", TimeSpan.FromSeconds(1), "More records wait to be written than may. Nothing of the request was taken.");

    /// <summary>The policy is not one of counting requests: what it allows meanwhile is one try (<c>q=1</c>) per pause (<c>w</c>), and nothing of it is left (<c>r=0</c>) for <c>t</c> seconds.</summary>
    public static IResult Answer(HttpResponse response, IngestPressure pressure)
    {
        Say(response, new Quota(pressure.Policy, 1, pressure.RetryAfter), pressure.RetryAfter);
        return Problems.Result(StatusCodes.Status429TooManyRequests, "overloaded", "Records come faster than they are applied", pressure.Detail);
    }

    /// <summary>Answers a request of a client that has used up what it may, in the words of the route's protocol.</summary>
    public static Task RefuseAsync(HttpContext context, Quota quota, TimeSpan retryAfter, string code, string detail)
    {
        Say(context.Response, quota, retryAfter);
        return RefusalFormat.AnswerAsync(context, StatusCodes.Status429TooManyRequests, code, detail);
    }

    private static void Say(HttpResponse response, Quota quota, TimeSpan retryAfter)
    {
        string policy = Quoted(quota.Policy), seconds = Seconds(retryAfter);
        response.Headers.RetryAfter = seconds;
        response.Headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"{policy};q={quota.Allowed};w={Seconds(quota.Window)}");
        response.Headers["RateLimit"] = $"{policy};r=0;t={seconds}";
    }

    private static string Seconds(TimeSpan time) => Math.Max(1, (long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    /// <summary>A string of a structured field (RFC 9651): printable ASCII only.</summary>
    private static string Quoted(string text) =>
        $"\"{string.Concat(text.Where(c => c is >= ' ' and <= '~')).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}

/// <param name="Policy">Its name.</param>
/// <param name="Allowed">How many in one window.</param>
/// <param name="Window">How long that is.</param>
internal sealed record Quota(string Policy, int Allowed, TimeSpan Window);
