using System.Collections.Immutable;
using OrleansStream.Domain.Windows;

namespace OrleansStream.Domain.Fraud;

/// <summary>
/// What is remembered of one card: bounded, a few KiB serialized at most, and independent of the order its
/// events arrived in (amount statistics up to rounding; see the parts for their bounds).
/// </summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.CardProfile"), Immutable]
public sealed record CardProfile
{
    /// <summary>Mark of a window entry: the issuer had declined it.</summary>
    public const byte DeclinedByIssuer = 1;

    /// <summary>More frauds on one card make no difference.</summary>
    private const int MaxFrauds = 32;

    /// <summary>
    /// Bounds of <see cref="Velocity"/>: 48 h, so that a 24 h window is complete for events up to a day late; 40
    /// entries, well above a busy day of a person and little enough for a small row.
    /// </summary>
    public static WindowBounds VelocityBounds { get; } = new(TimeSpan.FromHours(48), 40);

    /// <summary>A card never seen.</summary>
    public static CardProfile Empty { get; } = new();

    /// <summary>Count, mean and deviation of all amounts, in the base currency of the rules.</summary>
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

    /// <summary>Recent transactions with their amounts in the base currency, and as evidence what each told by itself, in thousandths of log-odds.</summary>
    [Id(5)]
    public SlidingWindow Velocity { get; init; } = SlidingWindow.Empty;

    /// <summary>The holder's amounts on a logarithmic scale: none that the issuer declined, or that was confirmed as fraud.</summary>
    [Id(6)]
    public AmountHabit Habit { get; init; }

    [Id(7)]
    public CategoryHabits Categories { get; init; } = CategoryHabits.Empty;

    [Id(8)]
    public HourHabit Hours { get; init; } = HourHabit.Empty;

    [Id(9)]
    public KnownPlaces Places { get; init; } = KnownPlaces.Empty;

    /// <summary>
    /// Sightings of the trail that are not the card holder's: declined, or confirmed as fraud. It records what was decided, in the order it was decided, and
    /// is the one part that another order of events may change.
    /// </summary>
    [Id(10)]
    public ImmutableArray<ulong> Distrusted { get; init; } = [];

    /// <summary>The latest transactions that were confirmed as fraud, by the hash of their ids.</summary>
    [Id(11)]
    public ImmutableArray<ulong> Frauds { get; init; } = [];

    /// <summary>Of <see cref="Amounts"/>, what was no spending of the holder, declined by the issuer or confirmed as fraud, in hundredths of the base currency.</summary>
    [Id(12)]
    public long WithheldCents { get; init; }

    /// <summary>What the holder has spent, in the base currency.</summary>
    public double Spent => Math.Max(0, Amounts.Total - (WithheldCents / 100.0));

    /// <summary>Transactions confirmed as fraud, as far as they are remembered.</summary>
    public int ConfirmedFrauds => Frauds.Length;

    /// <summary>Transactions applied so far.</summary>
    public long TransactionCount => Amounts.Count;

    /// <summary>The newest known place of the card itself, by event time.</summary>
    public Sighting? LastLocation => Trail.Last;

    /// <summary>
    /// The profile after the transaction. The same profile when the transaction is still in the velocity window:
    /// a second line behind the log's de-duplication.
    /// </summary>
    /// <param name="transaction">The event.</param>
    /// <param name="amount">Its amount in the base currency; null for the amount as it is.</param>
    /// <param name="evidence">What it tells by itself, in thousandths of log-odds.</param>
    /// <param name="withheld">The issuer declined it: what was tried is no habit of the holder, and where is no place of theirs.</param>
    public CardProfile Apply(Transaction transaction, decimal? amount = null, int evidence = 0, bool withheld = false)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var key = EventKey.For(transaction.Time, transaction.Id);
        if (Velocity.Contains(key))
            return this;

        var time = key.Time;
        var value = amount ?? transaction.Amount;
        var milli = AmountHabit.Milli((double)value);
        var next = this with
        {
            Amounts = Amounts.Add((double)value),
            FirstEventTime = FirstEventTime is { } first && first <= time ? first : time,
            LastEventTime = LastEventTime is { } last && last >= time ? last : time,
            Trail = Sighting.Of(transaction) is { } sighting ? Trail.Add(sighting) : Trail,
            Devices = transaction.DeviceId is { } device ? Devices.See(device, time) : Devices,
            Velocity = Velocity.Add(key, value, VelocityBounds, evidence, transaction.Authorization == Authorization.Declined ? DeclinedByIssuer : (byte)0),
        };
        return withheld ? next with { WithheldCents = WithheldCents + Cents((double)value) } : next with
        {
            Habit = Habit.Add(milli),
            Categories = Categories.Add(transaction.Merchant?.Category, milli, key.UtcTicks),
            Hours = Hours.Add(transaction.Time.Hour),
            Places = transaction is { IsCardPresent: true, Location: { } location } ? Places.Add(location, key.UtcTicks) : Places,
        };
    }

    /// <summary>The profile in which a sighting is (not) the card holder's. What the trail has forgotten is forgotten here, too.</summary>
    public CardProfile Distrust(ulong idHash, bool distrusted)
    {
        if (Distrusted.Contains(idHash) == distrusted || (distrusted && !Trail.Contains(idHash)))
            return this;
        var kept = Distrusted.RemoveAll(hash => hash == idHash || !Trail.Contains(hash));
        return this with { Distrusted = distrusted ? kept.Add(idHash) : kept };
    }

    /// <summary>Whether the label's transaction is confirmed as fraud.</summary>
    public bool IsConfirmed(CardLabel label) => Frauds.Contains(EventKey.For(label.Time, label.TransactionId).IdHash);

    /// <summary>
    /// The profile after somebody said what a transaction was; the same one when that was known. A fraud was not the holder's: where it was is no place of the
    /// card. What is genuine is trusted again.
    /// </summary>
    public CardProfile Label(CardLabel label)
    {
        ArgumentNullException.ThrowIfNull(label);
        var hash = EventKey.For(label.Time, label.TransactionId).IdHash;
        var trusted = Distrust(hash, label.Fraud);
        if (Frauds.Contains(hash) == label.Fraud)
            return trusted;
        var corrected = label.Withheld ? trusted : trusted.Correct(label);
        if (!label.Fraud)
            return corrected with { Frauds = Frauds.Remove(hash) };
        var frauds = Frauds.Add(hash);
        return corrected with { Frauds = frauds.Length > MaxFrauds ? frauds.RemoveAt(0) : frauds };
    }

    /// <summary>Takes a fraud's amount and hour out of the habits, or puts them back when it was none. The area it was in stays: the label does not know it.</summary>
    private CardProfile Correct(CardLabel label)
    {
        var milli = AmountHabit.Milli(label.Amount);
        return this with
        {
            Habit = label.Fraud ? Habit.Remove(milli) : Habit.Add(milli),
            Categories = label.Fraud ? Categories.Remove(label.Category, milli) : Categories.Add(label.Category, milli, label.PurchaseTime.UtcTicks),
            Hours = Hours.Add(label.PurchaseTime.Hour, label.Fraud ? -1 : 1),
            WithheldCents = WithheldCents + (label.Fraud ? Cents(label.Amount) : -Cents(label.Amount)),
        };
    }

    private static long Cents(double amount) => (long)Math.Round(100 * amount);

    // Written out because ImmutableArray compares by reference.
    public bool Equals(CardProfile? other) =>
        other is not null
        && Amounts == other.Amounts
        && FirstEventTime == other.FirstEventTime
        && LastEventTime == other.LastEventTime
        && Trail.Equals(other.Trail)
        && Devices.Equals(other.Devices)
        && Velocity.Equals(other.Velocity)
        && Habit == other.Habit
        && Categories.Equals(other.Categories)
        && Hours.Equals(other.Hours)
        && Places.Equals(other.Places)
        && WithheldCents == other.WithheldCents
        && Frauds.AsSpan().SequenceEqual(other.Frauds.AsSpan())
        && Distrusted.AsSpan().SequenceEqual(other.Distrusted.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Amounts, FirstEventTime, LastEventTime, Trail, Velocity);
}
