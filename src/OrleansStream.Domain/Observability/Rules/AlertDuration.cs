using System.Globalization;

namespace OrleansStream.Domain.Observability.Rules;

/// <summary>Durations as Prometheus writes them: <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>1h30m</c>, <c>3d</c>, <c>1w</c>; larger units first, each once.</summary>
public static class AlertDuration
{
    private static readonly (string Unit, long Ms)[] Units =
        [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

    /// <returns>False for what is no duration, or longer than a year.</returns>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = default;
        if (string.IsNullOrEmpty(text)) return false;
        long total = 0;
        int next = 0;
        for (int at = 0; at < text.Length;)
        {
            int digits = at;
            while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
            int end = digits;
            while (end < text.Length && char.IsAsciiLetterLower(text[end])) end++;
            int unit = Array.FindIndex(Units, u => text.AsSpan(digits..end).SequenceEqual(u.Unit));
            if (digits == at || digits - at > 9 || unit < next) return false;
            total += long.Parse(text.AsSpan(at..digits), CultureInfo.InvariantCulture) * Units[unit].Ms;
            (next, at) = (unit + 1, end);
        }
        if (total > 366L * 86_400_000) return false;
        duration = TimeSpan.FromMilliseconds(total);
        return true;
    }

    /// <summary>The same text for the same duration.</summary>
    public static string Format(TimeSpan duration)
    {
        long rest = (long)duration.TotalMilliseconds;
        if (rest <= 0) return "0s";
        string text = "";
        foreach (var (unit, ms) in Units)
        {
            if (rest / ms is > 0 and var many) text += string.Create(CultureInfo.InvariantCulture, $"{many}{unit}");
            rest %= ms;
        }
        return text;
    }
}
