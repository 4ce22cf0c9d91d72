namespace OrleansStream.Domain.Fraud;

/// <summary>Where the card was used: WGS 84 degrees, latitude within ±90, longitude within ±180.</summary>
/// <param name="Lat">Latitude in degrees, north positive.</param>
/// <param name="Lon">Longitude in degrees, east positive.</param>
/// <param name="Country">Country as sent, usually ISO 3166-1 alpha-2.</param>
/// <param name="AccuracyM">Radius of uncertainty in metres, when known.</param>
[GenerateSerializer, Alias("OrleansStream.Fraud.Location"), Immutable]
public sealed record Location(
    [property: Id(0)] double Lat,
    [property: Id(1)] double Lon,
    [property: Id(2)] string? Country = null,
    [property: Id(3)] double? AccuracyM = null);
