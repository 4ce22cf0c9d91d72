namespace OrleansStream.Domain.Fraud.Rules;

/// <summary>How far a card moved between two sightings, and how long it took.</summary>
internal readonly record struct Trip(double Km, double Seconds)
{
    // Terminals report whole seconds. Durations below one are counted as one, which keeps speeds finite.
    private const double ShortestSeconds = 1;

    public double SpeedKmh => Km / (Math.Max(ShortestSeconds, Seconds) / 3600);

    /// <summary>From the earlier sighting to the later one.</summary>
    public static Trip Between(in Sighting from, in Sighting to) =>
        new(DistanceKm(from, to), (to.Key.UtcTicks - from.Key.UtcTicks) / (double)TimeSpan.TicksPerSecond);

    /// <summary>The distance in km less what both places' accuracies may make of it.</summary>
    public static double DistanceKm(in Sighting from, in Sighting to) =>
        Math.Max(0, GreatCircle.DistanceKm(from.Lat, from.Lon, to.Lat, to.Lon) - ((from.AccuracyM + to.AccuracyM) / 1000));
}
