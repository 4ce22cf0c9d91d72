using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace OrleansStream.Domain.Fraud.Rules;

/// <summary>
/// IMPOSSIBLE_TRAVEL: the card itself would have had to move faster than an airliner from one of its sightings
/// before, or to one after, in event time. Looking both ways makes late events count: in
/// whatever order an impossible pair arrives, the second to arrive is declined. Sightings that were declined are not the
/// holder's and are passed over, so that a fraud elsewhere does not decline the holder's next purchase.
/// </summary>
public sealed record ImpossibleTravelRule : FraudRule
{
    public ImpossibleTravelRule() => (Hard, Weight) = (true, 12);

    /// <summary>
    /// km/h; faster is impossible. 900 is the cruise of an airliner (Mach 0.85 at 11 km is 903 km/h); door to door
    /// nobody gets near it.
    /// </summary>
    public double MaxSpeedKmh { get; init; } = 900;

    /// <summary>
    /// km; nearer points say nothing at any speed. 350: terminals are often registered at a head office, a postcode's
    /// centre or the next big city, and clocks of terminals differ.
    /// </summary>
    public double MinDistanceKm { get; init; } = 350;

    [JsonIgnore]
    public override ReasonCode ReasonCode => ReasonCode.ImpossibleTravel;

    [JsonIgnore]
    public override ImmutableArray<Feature> Inputs => [Feature.ArrivalKm, Feature.ArrivalSeconds, Feature.DepartureKm, Feature.DepartureSeconds];

    /// <summary>Observed is the speed in km/h, rounded. Weight counts when the rule is not hard.</summary>
    public override Finding Evaluate(FraudInputs inputs)
    {
        var trip = Faster(inputs);
        return ExcessKmh(trip) > 0 ? new Finding(Weight, Math.Round(trip.SpeedKmh), MaxSpeedKmh, true) : Finding.None;
    }

    public override string Describe(FraudInputs inputs, Finding finding)
    {
        var trip = Faster(inputs);
        var duration = trip.Seconds <= 0 ? "at the same instant, counted as 1 s" : "in " + DurationText.Of(TimeSpan.FromSeconds(Math.Max(1, trip.Seconds)));
        return string.Create(CultureInfo.InvariantCulture, $"{trip.Km:N0} km {duration} = {trip.SpeedKmh:N0} km/h, limit {MaxSpeedKmh:N0} km/h");
    }

    internal override void Check(RulesetCheck check)
    {
        base.Check(check);
        check.Within(nameof(MaxSpeedKmh), MaxSpeedKmh, 100, 100_000);
        check.Within(nameof(MinDistanceKm), MinDistanceKm, 1, 20_000);
    }

    private Trip Faster(FraudInputs inputs)
    {
        var arrival = new Trip(inputs[Feature.ArrivalKm], inputs[Feature.ArrivalSeconds]);
        var departure = new Trip(inputs[Feature.DepartureKm], inputs[Feature.DepartureSeconds]);
        return ExcessKmh(departure) > ExcessKmh(arrival) ? departure : arrival;
    }

    /// <summary>km/h above the limit; 0 when the trip is no evidence.</summary>
    internal double ExcessKmh(Trip trip) => trip.Km >= MinDistanceKm ? Math.Max(0, trip.SpeedKmh - MaxSpeedKmh) : 0;
}
