using System.Globalization;

namespace OrleansStream.Cli.Sending.Progress;

/// <summary>Shows a load while it runs.</summary>
internal interface ILoadDisplay
{
    /// <summary>Returns when the load has ended, in whatever way; its failure is for others to handle.</summary>
    Task ShowAsync(LoadStatus status, string file, Task load);
}

internal static class LoadDisplays
{
    public static ILoadDisplay For(CommandConsole console, TimeProvider clock) =>
        console.Interactive ? new BarDisplay(console.Error, clock) : new LineDisplay(console.Error, clock);

    /// <summary><c>9,120/s, 0:05 left, accepted 48,500, duplicate 0, ...</c></summary>
    public static string Describe(LoadReading reading)
    {
        var counts = reading.Counts;
        List<string> parts = [string.Create(CultureInfo.InvariantCulture, $"{reading.RecordsPerSecond:N0}/s")];
        if (reading.Remaining is { } left)
        {
            parts.Add($"{Clock(left)} left");
        }

        parts.Add(string.Create(CultureInfo.InvariantCulture, $"accepted {counts.Accepted:N0}, duplicate {counts.Duplicate:N0}, rejected {counts.Rejected:N0}"));
        if (counts.Resent > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"resent {counts.Resent:N0}"));
        }

        if (reading.Wait is var (reason, duration))
        {
            parts.Add($"waiting for the server {Clock(duration)}: {reason}");
        }

        return string.Join(", ", parts);
    }

    private static string Clock(TimeSpan time) =>
        time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
}
