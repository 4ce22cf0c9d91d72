namespace OrleansStream.Domain.Fraud;

/// <summary>A device a card was used with.</summary>
/// <param name="Id">The device's id, or its fingerprint when the id is long (<see cref="KnownDevices.StoredId"/>).</param>
/// <param name="FirstSeenTicks">Earliest event time, in UTC ticks.</param>
/// <param name="LastSeenTicks">Latest event time, in UTC ticks.</param>
[GenerateSerializer, Alias("OrleansStream.Fraud.KnownDevice"), Immutable]
public readonly record struct KnownDevice(
    [property: Id(0)] string Id,
    [property: Id(1)] long FirstSeenTicks,
    [property: Id(2)] long LastSeenTicks)
{
    public DateTimeOffset FirstSeen => new(FirstSeenTicks, TimeSpan.Zero);

    public DateTimeOffset LastSeen => new(LastSeenTicks, TimeSpan.Zero);
}
