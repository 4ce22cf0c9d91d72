using System.CommandLine;

namespace OrleansStream.Cli;

/// <summary>Numbers have limits, and breaking one is a usage error that names it.</summary>
internal static class Ranges
{
    public static Option<int> Within(this Option<int> option, int low, int high)
    {
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<int>() is var value && value >= low && value <= high)
            {
                return;
            }

            result.AddError($"{option.Name} must be from {low} to {high}.");
        });
        return option;
    }

    public static Option<double?> Positive(this Option<double?> option)
    {
        option.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<double?>() is { } value && !(value > 0 && value <= 1e6))
            {
                result.AddError($"{option.Name} must be more than 0 and at most 1,000,000.");
            }
        });
        return option;
    }
}
