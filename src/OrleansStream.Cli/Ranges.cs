using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace OrleansStream.Cli;

/// <summary>Numbers have limits, and breaking one is a usage error that names it.</summary>
internal static class Ranges
{
    private const double MaxRate = 1_000_000;

    /// <summary>A whole number with a default; its limits follow the description.</summary>
    public static Option<int> Number(string name, string description, int value, int low, int high) =>
        new Option<int>(name) { Description = string.Create(CultureInfo.InvariantCulture, $"{description} ({low:N0} to {high:N0})."), HelpName = "N", DefaultValueFactory = _ => value }.Within(low, high);

    public static Option<int> Within(this Option<int> option, int low, int high)
    {
        option.Validators.Add(result => Check(result, value => value >= low && value <= high, $"from {low} to {high}"));
        return option;
    }

    public static Option<double?> Positive(this Option<double?> option)
    {
        option.Validators.Add(result => Check(result, value => value is > 0 and <= MaxRate, $"more than 0 and at most {MaxRate:N0}"));
        return option;
    }

    /// <summary>What is no number at all is left to the parser's own complaint.</summary>
    private static void Check(OptionResult result, Predicate<double> holds, string limits)
    {
        if (result.Tokens is [var token] && double.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) && !holds(value))
        {
            result.AddError($"{result.Option.Name} {token.Value}: must be {limits}.");
        }
    }
}
