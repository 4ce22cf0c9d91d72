using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace OrleansStream.Domain.Fraud;

/// <summary>How often a card was used at each hour of the day, by the clock of where it was used (the offset of the event's time).</summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.HourHabit"), Immutable]
public sealed class HourHabit : IEquatable<HourHabit>
{
    private const int Hours = 24;

    // As if each hour had been used 1/6 of a time: with 4 uses nothing is rare yet.
    private const double PriorUses = 4;

    [Id(0)]
    private readonly ImmutableArray<int> _counts;

    private HourHabit(ImmutableArray<int> counts) => _counts = counts;

    public static HourHabit Empty { get; } = new([]);

    /// <summary>Uses per hour, 24 of them; none before the first use.</summary>
    public ImmutableArray<int> Counts => _counts;

    public HourHabit Add(int hour, int uses = 1)
    {
        var counts = new int[Hours];
        _counts.AsSpan().CopyTo(counts);
        counts[hour] = Math.Max(0, counts[hour] + uses);
        return new HourHabit(ImmutableCollectionsMarshal.AsImmutableArray(counts));
    }

    /// <summary>
    /// How much rarer than evenly spread the hour is for this card, as −ln of the ratio, within −2 to 3: 0 is average, 2.3 a tenth of it. Neighbouring hours
    /// count half.
    /// </summary>
    public double Rarity(int hour)
    {
        if (_counts.IsEmpty)
            return 0;
        var (near, all) = (0.0, 0);
        foreach (var count in _counts)
            all += count;
        near = _counts[hour] + ((_counts[(hour + 1) % Hours] + _counts[(hour + Hours - 1) % Hours]) / 2.0);
        var share = ((near / 2) + (PriorUses / Hours)) / (all + PriorUses);
        return Math.Clamp(-Math.Log(share * Hours), -2, 3);
    }

    public bool Equals(HourHabit? other) => other is not null && _counts.AsSpan().SequenceEqual(other._counts.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as HourHabit);

    public override int GetHashCode() => _counts.IsEmpty ? 0 : HashCode.Combine(_counts[0], _counts[12]);
}
