using System.Collections.Immutable;
using System.Text;

namespace OrleansStream.Domain.Alerting;

/// <summary>Reads matchers as people write them: <c>severity="page"</c>, <c>service=~"shop.*"</c>, several in braces or after commas; the quotes may be left out.</summary>
public static class MatcherParser
{
    public const int MaxMatchers = 32;

    /// <returns>The matchers, or what is wrong.</returns>
    public static (ImmutableArray<LabelMatcher> Matchers, string? Error) Parse(string text)
    {
        var matchers = ImmutableArray.CreateBuilder<LabelMatcher>();
        var rest = text.AsSpan().Trim();
        if (rest is ['{', .. var inner, '}']) rest = inner.Trim();
        while (!rest.IsEmpty)
        {
            if (Next(ref rest) is not { } matcher) return ([], $"'{text}' is no matcher; one is written severity=\"page\", with =, !=, =~ or !~.");
            if (matcher.Error() is { } error) return ([], error);
            if (matchers.Count == MaxMatchers) return ([], $"At most {MaxMatchers} matchers.");
            matchers.Add(matcher);
        }
        return (matchers.ToImmutable(), null);
    }

    private static LabelMatcher? Next(ref ReadOnlySpan<char> rest)
    {
        int end = rest.IndexOfAny('=', '!');
        if (end <= 0) return null;
        var name = rest[..end].Trim();
        if (name.IsEmpty || name.IndexOfAny('"', ',', '{') >= 0) return null;
        rest = rest[end..];
        var (isEqual, isRegex, length) = rest switch
        {
            ['=', '~', ..] => (true, true, 2),
            ['!', '~', ..] => (false, true, 2),
            ['!', '=', ..] => (false, false, 2),
            ['=', ..] => (true, false, 1),
            _ => (false, false, 0),
        };
        if (length == 0) return null;
        rest = rest[length..].TrimStart();
        return Value(ref rest) is { } value ? new LabelMatcher(name.ToString(), value, isRegex, isEqual) : null;
    }

    private static string? Value(ref ReadOnlySpan<char> rest)
    {
        if (rest is not ['"', ..])
        {
            int comma = rest.IndexOf(',');
            var bare = (comma < 0 ? rest : rest[..comma]).Trim();
            rest = comma < 0 ? default : rest[(comma + 1)..].TrimStart();
            return bare.Contains('"') ? null : bare.ToString();
        }
        var value = new StringBuilder();
        for (int i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '\\' && i + 1 < rest.Length)
            {
                value.Append(rest[++i] switch { 'n' => '\n', var other => other });
                continue;
            }
            if (rest[i] != '"')
            {
                value.Append(rest[i]);
                continue;
            }
            rest = rest[(i + 1)..].TrimStart();
            if (!rest.IsEmpty && rest[0] != ',') return null;
            rest = rest.IsEmpty ? rest : rest[1..].TrimStart();
            return value.ToString();
        }
        return null;
    }
}
