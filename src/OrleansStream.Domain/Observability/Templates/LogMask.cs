using System.Text;

namespace OrleansStream.Domain.Observability.Templates;

/// <summary>
/// Takes out of a log line what differs between lines that say the same: numbers, hexadecimal, UUIDs, IP addresses, times, quoted text. Words stay, so that few
/// texts remain of many lines; <see cref="TemplateMiner"/> finds the variable words among these. Pure and linear in the line's length.
/// </summary>
public static class LogMask
{
    /// <summary>A masked text has so many characters at most.</summary>
    public const int MaxLength = 240;

    /// <summary>Words a masked text has at most.</summary>
    public const int MaxTokens = 32;

    /// <summary>What stands where something varies.</summary>
    public const string Wildcard = "<*>";

    public static string Of(ReadOnlySpan<char> line)
    {
        var masked = new StringBuilder(Math.Min(line.Length, MaxLength));
        int tokens = 0;
        bool afterCommand = false;
        for (int at = 0; at < line.Length && masked.Length < MaxLength && tokens < MaxTokens;)
        {
            char c = line[at];
            if (char.IsWhiteSpace(c) || char.IsControl(c))
            {
                if (masked.Length > 0 && masked[^1] != ' ') masked.Append(' ');
                at++;
                continue;
            }
            int end = EndOfToken(line, at);
            var token = line[at..end];
            // The status that follows a request in an access log says what became of it: it keeps lines apart.
            if (afterCommand && IsStatus(token)) masked.Append(token);
            else AppendMasked(masked, token);
            afterCommand = token[0] is '"' && VerbOf(token[1..]) > 0;
            tokens++;
            at = end;
        }
        if (masked.Length > MaxLength) masked.Length = MaxLength;
        if (masked.Length > 0 && char.IsHighSurrogate(masked[^1])) masked.Length--;
        while (masked.Length > 0 && masked[^1] == ' ') masked.Length--;
        return masked.ToString();
    }

    /// <summary>A token ends at white space; one that begins with a quote ends after the closing quote, when there is one.</summary>
    private static int EndOfToken(ReadOnlySpan<char> line, int start)
    {
        for (int at = start; at < line.Length; at++)
        {
            if (char.IsWhiteSpace(line[at]) || char.IsControl(line[at])) return at;
            // An apostrophe within a word is none that quotes.
            if (line[at] is not ('"' or '\'') || (at > start && char.IsLetterOrDigit(line[at - 1]))) continue;
            int close = line[(at + 1)..].IndexOf(line[at]);
            if (close >= 0) at += close + 1;
        }
        return line.Length;
    }

    private static void AppendMasked(StringBuilder masked, ReadOnlySpan<char> token)
    {
        // Punctuation around and within a token separates parts that vary on their own: user=17, [pid:4], /item/9.
        for (int at = 0; at < token.Length;)
        {
            if (token[at] is '"' or '\'' && token[(at + 1)..].IndexOf(token[at]) is >= 0 and int close)
            {
                AppendQuoted(masked, token.Slice(at + 1, close), token[at]);
                at += close + 2;
                continue;
            }
            int end = at;
            while (end < token.Length && IsPart(token[end])) end++;
            if (end == at)
            {
                masked.Append(token[at++]);
                continue;
            }
            var part = token[at..end];
            if (IsVariable(part)) Append(masked, Wildcard);
            else masked.Append(part);
            at = end;
        }
    }

    /// <summary>A quoted command, as <c>"GET /index.html HTTP/1.1"</c> in an access log, keeps its verb; of any other quoted text nothing is known.</summary>
    private static void AppendQuoted(StringBuilder masked, ReadOnlySpan<char> content, char quote)
    {
        if (VerbOf(content) is > 0 and var verb)
            masked.Append(quote).Append(content[..verb]).Append(' ').Append(Wildcard).Append(quote);
        else
            Append(masked, Wildcard);
    }

    /// <summary>Length of the verb that a command begins with; 0 for what is none.</summary>
    private static int VerbOf(ReadOnlySpan<char> content)
    {
        int verb = content.IndexOf(' ');
        return verb is >= 3 and <= 8 && content[..verb].IndexOfAnyExceptInRange('A', 'Z') < 0 ? verb : 0;
    }

    private static bool IsStatus(ReadOnlySpan<char> token) => token.Length == 3 && token[0] is >= '1' and <= '5' && char.IsAsciiDigit(token[1]) && char.IsAsciiDigit(token[2]);

    /// <summary>Characters that hold a number, a time, an address or an identifier together.</summary>
    private static bool IsPart(char c) => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '+' or '%' or '@' or '~';

    /// <summary>What has a digit varies, but for names like <c>utf8</c>, <c>HTTP2</c> or <c>v1</c>: a few letters and one short number at the end.</summary>
    private static bool IsVariable(ReadOnlySpan<char> part)
    {
        int digits = 0, letters = 0, hex = 0;
        foreach (char c in part)
        {
            if (char.IsAsciiDigit(c)) digits++;
            else if (char.IsLetter(c)) letters++;
            if (char.IsAsciiHexDigit(c)) hex++;
        }
        if (digits == 0) return hex == part.Length && part.Length >= 16;
        bool isName = letters > 0 && digits <= 2 && char.IsLetter(part[0]) && digits + letters == part.Length && part[..^digits].IndexOfAnyInRange('0', '9') < 0
            && !(hex == part.Length && part.Length >= 8);
        return !isName;
    }

    /// <summary>Wildcards that touch are one.</summary>
    private static void Append(StringBuilder masked, string wildcard)
    {
        if (masked.Length >= wildcard.Length && masked.ToString(masked.Length - wildcard.Length, wildcard.Length) == wildcard) return;
        masked.Append(wildcard);
    }
}
