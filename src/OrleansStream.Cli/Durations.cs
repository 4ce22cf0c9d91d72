using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace OrleansStream.Cli;

/// <summary>Durations as people type them: <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>1h</c>.</summary>
internal static class Durations
{
    public static Option<TimeSpan> Option(string name, string description, string defaultValue) => new(name)
    {
        Description = description,
        HelpName = "500ms|30s|5m|1h",
        CustomParser = Parse,
        DefaultValueFactory = _ => ParseText(defaultValue)!.Value,
    };

    private static TimeSpan Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (ParseText(text) is { } duration)
        {
            return duration;
        }

        result.AddError($"'{text}' is not a duration such as 500ms, 30s, 5m or 1h.");
        return default;
    }

    private static TimeSpan? ParseText(string text)
    {
        var digits = text.AsSpan().TrimEnd("msh");
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > 1e6)
        {
            return null;
        }

        return text[digits.Length..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            _ => null,
        };
    }
}
