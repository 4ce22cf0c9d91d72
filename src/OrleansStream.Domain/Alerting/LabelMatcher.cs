using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace OrleansStream.Domain.Alerting;

/// <summary>
/// What a label's value is to be, as Prometheus' Alertmanager has it: <c>=</c>, <c>!=</c>, <c>=~</c>, <c>!~</c>. A label that is not there has the empty value. A regular expression
/// has to match the whole value, and is evaluated in time linear in it, whoever wrote it.
/// </summary>
public sealed record LabelMatcher(string Name, string Value, bool IsRegex = false, bool IsEqual = true)
{
    public const int MaxValueLength = 1_024;
    private Regex? _regex;

    /// <summary>What is wrong with it; null for nothing.</summary>
    public string? Error()
    {
        if (Name.Length is 0 or > 256) return "A matcher names a label of 1 to 256 characters.";
        if (Value.Length > MaxValueLength) return $"A matcher's value has {MaxValueLength} characters at most.";
        if (!IsRegex) return null;
        try
        {
            _ = Compiled();
            return null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return $"'{Value}' is no regular expression that can be used here: {e.Message}";
        }
    }

    public bool Matches(ImmutableSortedDictionary<string, string> labels)
    {
        string value = labels.GetValueOrDefault(Name, "");
        return (IsRegex ? Compiled().IsMatch(value) : value == Value) == IsEqual;
    }

    /// <summary>As it is written: <c>severity=~"page|critical"</c>.</summary>
    public override string ToString() =>
        $"{Name}{(IsEqual, IsRegex) switch { (true, false) => "=", (false, false) => "!=", (true, true) => "=~", _ => "!~" }}\"{Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private Regex Compiled() => _regex ??= new Regex($"^(?:{Value})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
}
