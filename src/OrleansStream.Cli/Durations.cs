using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace OrleansStream.Cli;

/// <summary>A duration as people type it, and help shows it: <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>1h</c>.</summary>
internal readonly record struct Duration(TimeSpan Time, string Text)
{
    public static Duration? Parse(string text)
    {
        var digits = text.AsSpan().TrimEnd("msh");
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > 1e6)
        {
            return null;
        }

        TimeSpan? time = text[digits.Length..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            _ => null,
        };
        return time is null ? null : new Duration(time.Value, text);
    }

    public override string ToString() => Text;
}

internal static class Durations
{
    public static Option<Duration> Option(string name, string description, string defaultValue) => new(name)
    {
        Description = description,
        HelpName = "time",
        CustomParser = Parse,
        DefaultValueFactory = _ => Duration.Parse(defaultValue)!.Value,
    };

    private static Duration Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Duration.Parse(text) is { } duration)
        {
            return duration;
        }

        result.AddError($"'{text}' is not a duration such as 500ms, 30s, 5m or 1h.");
        return default;
    }
}
