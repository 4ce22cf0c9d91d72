using System.Globalization;

namespace OrleansStream.Domain.Fraud.Rules;

/// <summary>Durations as an analyst reads them.</summary>
internal static class DurationText
{
    /// <summary>Seconds below 2 min, whole minutes up to 120 min, then hours with one decimal.</summary>
    public static string Of(TimeSpan duration) => duration switch
    {
        { TotalMinutes: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:N0} s"),
        { TotalMinutes: <= 120 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMinutes:N0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalHours:N1} h"),
    };
}
