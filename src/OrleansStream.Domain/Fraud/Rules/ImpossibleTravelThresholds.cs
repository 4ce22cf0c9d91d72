namespace OrleansStream.Domain.Fraud;

/// <summary>Thresholds of IMPOSSIBLE_TRAVEL.</summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.ImpossibleTravelThresholds"), Immutable]
public sealed record ImpossibleTravelThresholds
{
    /// <summary>
    /// km/h; faster is impossible. 900 is the cruise of an airliner (Mach 0.85 at 11 km is 903 km/h); door to door
    /// nobody gets near it.
    /// </summary>
    [Id(0)]
    public double MaxSpeedKmh { get; init; } = 900;

    /// <summary>
    /// km; nearer points say nothing at any speed. 300: terminals are often registered at a head office, a postcode's
    /// centre or the next big city, and clocks of terminals differ.
    /// </summary>
    [Id(1)]
    public double MinDistanceKm { get; init; } = 300;

    /// <summary>Whether the rule declines alone, whatever the other rules say: physics needs no second opinion.</summary>
    [Id(2)]
    public bool Hard { get; init; } = true;

    /// <summary>0–100.</summary>
    [Id(3)]
    public int Score { get; init; } = 100;
}
