using System.Collections.Immutable;
using OrleansStream.Domain.Windows;

namespace OrleansStream.Domain.Fraud;

/// <summary>
/// Where the card itself was lately: the newest <see cref="Capacity"/> sightings by (event time, id),
/// whatever order and however often they arrive. Neighbours in it are what travel is judged by.
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

    /// <summary>
    /// The sightings next before and next after <paramref name="key"/> in event time, a redelivery of the same
    /// transaction left out.
    /// </summary>
    public (Sighting? Before, Sighting? After) Neighbours(EventKey key)
    {
        Sighting? before = null;
        foreach (var sighting in _sightings)
        {
            if (sighting.Key.IdHash == key.IdHash)
                continue;
            if (sighting.Key > key)
                return (before, sighting);
            before = sighting;
        }

        return (before, null);
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
