using OrleansStream.Domain.Windows;

namespace OrleansStream.Domain.Fraud;

/// <summary>The card itself was here: one card-present transaction with coordinates.</summary>
/// <param name="Key">Event time and transaction.</param>
/// <param name="Lat">Latitude in degrees.</param>
/// <param name="Lon">Longitude in degrees.</param>
/// <param name="AccuracyM">Radius of uncertainty in metres, 0 when unknown.</param>
[GenerateSerializer, Alias("OrleansStream.Fraud.Sighting"), Immutable]
public readonly record struct Sighting(
    [property: Id(0)] EventKey Key,
    [property: Id(1)] double Lat,
    [property: Id(2)] double Lon,
    [property: Id(3)] double AccuracyM)
{
    /// <summary>Event time in UTC.</summary>
    public DateTimeOffset Time => Key.Time;

    /// <summary>What a transaction says about the card's place; null without coordinates or with the card not present.</summary>
    public static Sighting? Of(Transaction transaction) =>
        transaction.IsCardPresent && transaction.Location is { } location
            ? new Sighting(EventKey.For(transaction.Time, transaction.Id), location.Lat, location.Lon, location.AccuracyM ?? 0)
            : null;
}
