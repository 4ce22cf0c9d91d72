using System.Globalization;

namespace OrleansStream.Domain.Fraud.Rules;

/// <summary>
/// IMPOSSIBLE_TRAVEL: the card itself would have had to move faster than an airliner from its sighting next
/// before, or to its sighting next after, in event time. Looking both ways makes late events count: in
/// whatever order an impossible pair arrives, the second to arrive is declined.
/// </summary>
public static class ImpossibleTravelRule
{
    // Terminals report whole seconds. Durations below one are counted as one, which keeps speeds finite.
    private static readonly TimeSpan ShortestDuration = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The reason, or null when the trip is possible, too short to judge, or the card was not present. Observed is
    /// the speed in km/h, rounded; both points' accuracy is taken off the distance first.
    /// </summary>
    public static Reason? Evaluate(CardProfile profile, Transaction transaction, ImpossibleTravelThresholds thresholds)
    {
        if (Sighting.Of(transaction) is not { } here)
            return null;

        var (before, after) = profile.Trail.Neighbours(here.Key);
        var arrival = before is { } from ? Trip.Between(from, here) : default;
        var departure = after is { } to ? Trip.Between(here, to) : default;
        var faster = Excess(departure, thresholds) > Excess(arrival, thresholds) ? departure : arrival;
        if (Excess(faster, thresholds) <= 0)
            return null;

        return new Reason(
            ReasonCode.ImpossibleTravel,
            thresholds.Score,
            Describe(faster, thresholds.MaxSpeedKmh),
            Math.Round(faster.SpeedKmh),
            thresholds.MaxSpeedKmh);
    }

    // km/h above the limit; 0 when the trip is no evidence.
    private static double Excess(Trip trip, ImpossibleTravelThresholds thresholds) =>
        trip.DistanceKm >= thresholds.MinDistanceKm ? Math.Max(0, trip.SpeedKmh - thresholds.MaxSpeedKmh) : 0;

    private static string Describe(Trip trip, double maxSpeedKmh)
    {
        var duration = trip.Duration == TimeSpan.Zero
            ? "at the same instant, counted as 1 s"
            : "in " + DurationText.Of(trip.Duration < ShortestDuration ? ShortestDuration : trip.Duration);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{trip.DistanceKm:N0} km {duration} = {trip.SpeedKmh:N0} km/h, limit {maxSpeedKmh:N0} km/h");
    }

    private readonly record struct Trip(double DistanceKm, TimeSpan Duration)
    {
        public double SpeedKmh => DistanceKm / Math.Max(ShortestDuration.TotalHours, Duration.TotalHours);

        public static Trip Between(Sighting from, Sighting to)
        {
            var distanceKm = GreatCircle.DistanceKm(from.Lat, from.Lon, to.Lat, to.Lon);
            var uncertaintyKm = (from.AccuracyM + to.AccuracyM) / 1000;
            return new Trip(Math.Max(0, distanceKm - uncertaintyKm), new TimeSpan(to.Key.UtcTicks - from.Key.UtcTicks));
        }
    }
}
