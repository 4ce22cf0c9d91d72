using System.Globalization;
using OrleansStream.Web.Gateway;

namespace OrleansStream.Web.Components.Fraud;

/// <summary>A place on the map.</summary>
/// <param name="Place">Where.</param>
/// <param name="Outcome">What was decided there.</param>
/// <param name="Words">What it is called.</param>
public sealed record MapStop(CardPlace Place, string Outcome, string Words);

/// <summary>A way between two uses of a card.</summary>
/// <param name="From">The earlier place.</param>
/// <param name="To">The later one.</param>
/// <param name="Elapsed">Between them.</param>
/// <param name="Impossible">A rule says that nobody travels so fast.</param>
public sealed record MapTrip(CardPlace From, CardPlace To, TimeSpan Elapsed, bool Impossible)
{
    /// <summary>A walk to the next shop is no trip.</summary>
    private const double LeastKm = 50;

    public double Km { get; } = WorldProjection.DistanceKm(From, To);

    /// <summary><c>11,756 km in 10 min = 70,534 km/h</c>.</summary>
    public string Words => string.Create(CultureInfo.InvariantCulture, $"{Km:N0} km in {Duration} = {Km / Math.Max(1.0 / 3600, Elapsed.TotalHours):N0} km/h");

    private string Duration => Elapsed.TotalMinutes < 120 ? string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalMinutes:0} min") : string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalHours:0.0} h");

    /// <summary>The trips of a card, by the times of its transactions.</summary>
    public static IReadOnlyList<MapTrip> Of(IEnumerable<CardStep> steps)
    {
        var located = steps.Where(s => s.Transaction?.Location is not null).OrderBy(s => s.Decision.Time).ToList();
        return [.. located.Zip(located.Skip(1), (a, b) => new MapTrip(
            a.Transaction!.Location!, b.Transaction!.Location!, b.Decision.Time - a.Decision.Time, b.Decision.Reasons.Any(r => r.Code == "IMPOSSIBLE_TRAVEL"))).Where(t => t.Km > LeastKm)];
    }
}
