using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace OrleansStream.Domain.Observability.Alerts;

/// <summary>
/// Fills in <c>{{ $value }}</c>, <c>{{ $threshold }}</c> and <c>{{ $labels.NAME }}</c>; a number may be followed by <c>| percent</c> or <c>| duration</c> (of seconds). What
/// cannot be filled in stays as it is.
/// </summary>
public static class AnnotationText
{
    private const int MaxLength = 4096;

    public static string Fill(string template, double value, double threshold, ImmutableSortedDictionary<string, string> labels)
    {
        if (!template.Contains("{{", StringComparison.Ordinal)) return template;
        var text = new StringBuilder();
        for (int at = 0; at < template.Length;)
        {
            int open = template.IndexOf("{{", at, StringComparison.Ordinal);
            int close = open < 0 ? -1 : template.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0)
            {
                text.Append(template.AsSpan(at));
                break;
            }
            text.Append(template.AsSpan(at, open - at));
            text.Append(Value(template[(open + 2)..close], value, threshold, labels) ?? template[open..(close + 2)]);
            at = close + 2;
        }
        return text.Length > MaxLength ? text.ToString(0, MaxLength) : text.ToString();
    }

    private static string? Value(string expression, double value, double threshold, ImmutableSortedDictionary<string, string> labels)
    {
        var parts = expression.Split('|', 2);
        string name = parts[0].Trim(), format = parts.Length > 1 ? parts[1].Trim() : "";
        if (name.StartsWith("$labels.", StringComparison.Ordinal)) return labels.GetValueOrDefault(name["$labels.".Length..], "");
        double? number = name switch { "$value" => value, "$threshold" => threshold, _ => null };
        return number is not { } n ? null : format switch
        {
            "percent" => (n * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %",
            "duration" => Rules.AlertDuration.Format(TimeSpan.FromSeconds(Math.Round(Math.Clamp(n, 0, 1e9)))),
            _ => n.ToString("G6", CultureInfo.InvariantCulture),
        };
    }
}
