using System.Globalization;

namespace OrleansStream.Otlp.AccessLogs;

/// <summary>
/// A line of an access log: Common Log Format, and what begins like it: Apache's and nginx' combined format, a virtual host in front, fields of one's own behind.
/// <c>client ident user [17/May/2015:10:05:03 +0000] "GET /path HTTP/1.1" 200 512 "referer" "agent"</c>.
/// </summary>
/// <param name="Time">When the request came, or ended.</param>
/// <param name="Client">Address or name of who asked.</param>
/// <param name="Method">Empty when the request line is none, as scanners send it.</param>
/// <param name="Path">As asked for, with query; the whole request line when that is none.</param>
/// <param name="Status">100 to 599.</param>
/// <param name="Bytes">Length of the answer; 0 when it says none.</param>
public readonly record struct AccessLogLine(DateTimeOffset Time, string Client, string Method, string Path, int Status, long Bytes)
{
    private static readonly string[] TimeFormats = ["dd/MMM/yyyy:HH:mm:ss zzz", "d/MMM/yyyy:HH:mm:ss zzz"];

    public static bool TryParse(string text, out AccessLogLine line)
    {
        line = default;
        var rest = text.AsSpan();
        int open = rest.IndexOf('['), close = rest.IndexOf("] \"", StringComparison.Ordinal);
        if (open < 3 || close < open || close - open > 40) return false;
        var head = rest[..open].TrimEnd();
        int client = head.IndexOf(' ');
        if (client <= 0 || !TryTime(rest[(open + 1)..close], out var time)) return false;
        rest = rest[(close + 3)..];
        int quote = ClosingQuote(rest);
        if (quote < 0) return false;
        var request = rest[..quote];
        rest = rest[(quote + 1)..].TrimStart(' ');
        int end = rest.IndexOf(' ');
        var status = end < 0 ? rest : rest[..end];
        if (status.Length != 3 || !int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out int code) || code is < 100 or > 599) return false;
        var (method, path) = Request(request);
        line = new AccessLogLine(time, ClientOf(head).ToString(), method, path, code, BytesOf(end < 0 ? default : rest[(end + 1)..]));
        return true;
    }

    /// <summary>Common Log Format has three fields in front of the time; one more is the virtual host.</summary>
    private static ReadOnlySpan<char> ClientOf(ReadOnlySpan<char> head)
    {
        int first = head.IndexOf(' ');
        if (head.Count(' ') < 3) return head[..first];
        var rest = head[(first + 1)..];
        int second = rest.IndexOf(' ');
        return head[..first].Contains('.') && rest[..second].IndexOfAny('.', ':') >= 0 ? rest[..second] : head[..first];
    }

    private static bool TryTime(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        // The zone has no colon there, and needs one here.
        Span<char> with = stackalloc char[48];
        if (text.Length < 20 || text[^5] is not ('+' or '-')) return false;
        text[..^2].CopyTo(with);
        with[text.Length - 2] = ':';
        text[^2..].CopyTo(with[(text.Length - 1)..]);
        return DateTimeOffset.TryParseExact(with[..(text.Length + 1)], TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }

    /// <summary>The first quote that no backslash escapes.</summary>
    private static int ClosingQuote(ReadOnlySpan<char> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == '"') return i;
        }
        return -1;
    }

    private static (string Method, string Path) Request(ReadOnlySpan<char> request)
    {
        int first = request.IndexOf(' ');
        if (first is < 1 or > 16 || request[..first].IndexOfAnyExceptInRange('A', 'Z') >= 0) return ("", request.ToString());
        var rest = request[(first + 1)..];
        int last = rest.LastIndexOf(" HTTP/", StringComparison.Ordinal);
        return (request[..first].ToString(), (last < 0 ? rest : rest[..last]).ToString());
    }

    private static long BytesOf(ReadOnlySpan<char> rest)
    {
        int end = rest.IndexOf(' ');
        return long.TryParse(end < 0 ? rest : rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) ? bytes : 0;
    }
}
