using OrleansStream.Domain.Windows;

namespace OrleansStream.Domain.Fraud;

/// <summary>
/// What is remembered of one card: bounded, a few KiB serialized at most, and independent of the order its
/// events arrived in (amount statistics up to rounding; see the parts for their bounds).
/// </summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.CardProfile"), Immutable]
public sealed record CardProfile
{
    /// <summary>
    /// Bounds of <see cref="Velocity"/>: 48 h, so that a 24 h window is complete for events up to a day late; 40
    /// entries, well above a busy day of a person and little enough for a small row.
    /// </summary>
    public static WindowBounds VelocityBounds { get; } = new(TimeSpan.FromHours(48), 40);

    /// <summary>A card never seen.</summary>
    public static CardProfile Empty { get; } = new();

    /// <summary>Count, mean and deviation of all amounts, in the currency they came in.</summary>
    [Id(0)]
    public RunningStatistics Amounts { get; init; }

    /// <summary>Earliest event time, UTC.</summary>
    [Id(1)]
    public DateTimeOffset? FirstEventTime { get; init; }

    /// <summary>Latest event time, UTC.</summary>
    [Id(2)]
    public DateTimeOffset? LastEventTime { get; init; }

    /// <summary>Recent places of the card itself.</summary>
    [Id(3)]
    public CardTrail Trail { get; init; } = CardTrail.Empty;

    [Id(4)]
    public KnownDevices Devices { get; init; } = KnownDevices.Empty;

    /// <summary>Recent transactions with their amounts.</summary>
    [Id(5)]
    public SlidingWindow Velocity { get; init; } = SlidingWindow.Empty;

    /// <summary>Transactions applied so far.</summary>
    public long TransactionCount => Amounts.Count;

    /// <summary>The newest known place of the card itself, by event time.</summary>
    public Sighting? LastLocation => Trail.Last;

    /// <summary>
    /// The profile after the transaction. The same profile when the transaction is still in the velocity window:
    /// a second line behind the log's de-duplication.
    /// </summary>
    public CardProfile Apply(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var key = EventKey.For(transaction.Time, transaction.Id);
        if (Velocity.Contains(key))
            return this;

        var time = key.Time;
        return new CardProfile
        {
            Amounts = Amounts.Add((double)transaction.Amount),
            FirstEventTime = FirstEventTime is { } first && first <= time ? first : time,
            LastEventTime = LastEventTime is { } last && last >= time ? last : time,
            Trail = Sighting.Of(transaction) is { } sighting ? Trail.Add(sighting) : Trail,
            Devices = transaction.DeviceId is { } device ? Devices.See(device, time) : Devices,
            Velocity = Velocity.Add(key, transaction.Amount, VelocityBounds),
        };
    }
}
