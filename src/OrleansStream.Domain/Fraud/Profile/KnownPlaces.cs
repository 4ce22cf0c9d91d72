using System.Collections.Immutable;
using OrleansStream.Domain.Fraud.Rules;

namespace OrleansStream.Domain.Fraud;

/// <summary>An area of about 50 km a card was used in.</summary>
/// <param name="LatHalves">Latitude in halves of a degree, rounded.</param>
/// <param name="LonHalves">Longitude in halves of a degree, rounded.</param>
/// <param name="Uses">Transactions there.</param>
/// <param name="LastTicks">Latest event time, in UTC ticks.</param>
[GenerateSerializer, Alias("OrleansStream.Fraud.KnownPlace"), Immutable]
public readonly record struct KnownPlace(
    [property: Id(0)] short LatHalves, [property: Id(1)] short LonHalves, [property: Id(2)] int Uses, [property: Id(3)] long LastTicks);

/// <summary>
/// Where a card is usually used: areas, sorted by place. Beyond <see cref="Capacity"/> the one longest unused goes; up to there any order of events gives the
/// same.
/// </summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.KnownPlaces"), Immutable]
public sealed class KnownPlaces : IEquatable<KnownPlaces>
{
    public const int Capacity = 12;

    [Id(0)]
    private readonly ImmutableArray<KnownPlace> _items;

    private KnownPlaces(ImmutableArray<KnownPlace> items) => _items = items;

    public static KnownPlaces Empty { get; } = new([]);

    public ImmutableArray<KnownPlace> Items => _items;

    public KnownPlaces Add(Location location, long ticks)
    {
        var (lat, lon) = ((short)Math.Round(location.Lat * 2), (short)Math.Round(location.Lon * 2));
        var position = 0;
        while (position < _items.Length && (_items[position].LatHalves, _items[position].LonHalves).CompareTo((lat, lon)) < 0)
            position++;
        if (position < _items.Length && _items[position].LatHalves == lat && _items[position].LonHalves == lon)
        {
            var known = _items[position];
            return new KnownPlaces(_items.SetItem(position, known with { Uses = known.Uses + 1, LastTicks = Math.Max(known.LastTicks, ticks) }));
        }

        var more = _items.Insert(position, new KnownPlace(lat, lon, 1, ticks));
        return new KnownPlaces(more.Length <= Capacity ? more : more.Remove(more.MinBy(item => (item.LastTicks, item.LatHalves, item.LonHalves))));
    }

    /// <summary>Distance in km from the nearest area the card was used in at least <paramref name="minUses"/> times; 0 when there is no such area.</summary>
    public double DistanceKm(Location location, int minUses)
    {
        var nearest = double.PositiveInfinity;
        foreach (var place in _items)
        {
            // Within an area's own size nothing is far: spares the trigonometry for nearly every event.
            if (place.Uses < minUses)
                continue;
            if (Math.Abs((place.LatHalves / 2.0) - location.Lat) <= 0.5 && Math.Abs((place.LonHalves / 2.0) - location.Lon) <= 0.5)
                return 0;
            nearest = Math.Min(nearest, GreatCircle.DistanceKm(place.LatHalves / 2.0, place.LonHalves / 2.0, location.Lat, location.Lon));
        }

        return double.IsPositiveInfinity(nearest) ? 0 : nearest;
    }

    public bool Equals(KnownPlaces? other) => other is not null && _items.AsSpan().SequenceEqual(other._items.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as KnownPlaces);

    public override int GetHashCode() => _items.IsEmpty ? 0 : HashCode.Combine(_items.Length, _items[^1]);
}
