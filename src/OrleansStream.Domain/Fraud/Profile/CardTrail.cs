using System.Collections.Immutable;
using OrleansStream.Domain.Fraud.Rules;

namespace OrleansStream.Domain.Fraud;

/// <summary>
/// Where the card itself was lately: the newest <see cref="Capacity"/> sightings by (event time, id),
/// whatever order and however often they arrive. It is what travel is judged by.
/// </summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.CardTrail"), Immutable]
public sealed class CardTrail : IEquatable<CardTrail>
{
    /// <summary>Sightings kept: a late event finds its neighbours unless 16 newer ones came first.</summary>
    public const int Capacity = 16;

    [Id(0)]
    private readonly ImmutableArray<Sighting> _sightings;

    private CardTrail(ImmutableArray<Sighting> sightings) => _sightings = sightings;

    public static CardTrail Empty { get; } = new([]);

    /// <summary>Oldest first.</summary>
    public ImmutableArray<Sighting> Sightings => _sightings;

    /// <summary>The newest sighting by event time.</summary>
    public Sighting? Last => _sightings.IsEmpty ? null : _sightings[^1];

    public bool Contains(ulong idHash)
    {
        foreach (var sighting in _sightings)
        {
            if (sighting.Key.IdHash == idHash)
                return true;
        }

        return false;
    }

    /// <summary>
    /// The trips to a sighting from those before it and from it to those after it, in event time: of each the one most beyond what the rule calls possible, or that
    /// between neighbours when all are possible. Not only neighbours count: two short hops can make one impossible trip. A redelivery of the same
    /// transaction and sightings that are not the card holder's are left out.
    /// </summary>
    internal (Trip? Arrival, Trip? Departure) Trips(Sighting here, ImmutableArray<ulong> distrusted, ImpossibleTravelRule rule)
    {
        (Trip? arrival, Trip? departure) = (null, null);
        var (arrivalExcess, departureExcess) = (0.0, 0.0);
        foreach (var sighting in _sightings)
        {
            if (sighting.Key.IdHash == here.Key.IdHash || distrusted.Contains(sighting.Key.IdHash))
                continue;
            if (sighting.Key < here.Key)
            {
                var trip = Trip.Between(sighting, here);
                var excess = rule.ExcessKmh(trip);
                // Of equals the nearest in time, which comes last.
                if (excess >= arrivalExcess)
                    (arrival, arrivalExcess) = (trip, excess);
            }
            else
            {
                var trip = Trip.Between(here, sighting);
                var excess = rule.ExcessKmh(trip);
                if (departure is null || excess > departureExcess)
                    (departure, departureExcess) = (trip, excess);
            }
        }

        return (arrival, departure);
    }

    /// <summary>The trail with one sighting more; the same trail when it is there already or older than a full trail.</summary>
    public CardTrail Add(Sighting sighting)
    {
        var position = _sightings.Length;
        for (var i = _sightings.Length - 1; i >= 0; i--)
        {
            if (_sightings[i].Key.IdHash == sighting.Key.IdHash)
                return this;
            if (_sightings[i].Key > sighting.Key)
                position = i;
        }

        if (_sightings.Length < Capacity)
            return new CardTrail(_sightings.Insert(position, sighting));
        return position == 0 ? this : new CardTrail(_sightings.Insert(position, sighting).RemoveAt(0));
    }

    public bool Equals(CardTrail? other) => other is not null && _sightings.AsSpan().SequenceEqual(other._sightings.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as CardTrail);

    public override int GetHashCode() => _sightings.IsEmpty ? 0 : HashCode.Combine(_sightings.Length, _sightings[^1]);
}
