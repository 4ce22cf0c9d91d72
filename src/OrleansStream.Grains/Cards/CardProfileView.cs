using OrleansStream.Domain.Fraud;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Cards;

/// <summary>What a card's grain knows of its card.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.CardProfileView")]
public sealed record CardProfileView
{
    [Id(0)] public required string CardId { get; init; }
    [Id(1)] public required long TransactionCount { get; init; }
    [Id(2)] public required AmountView Amount { get; init; }

    /// <summary>The earliest transaction, event time.</summary>
    [Id(3)] public required DateTimeOffset? FirstTransactionAt { get; init; }

    /// <summary>The latest transaction, event time.</summary>
    [Id(4)] public required DateTimeOffset? LastTransactionAt { get; init; }

    /// <summary>Where the card itself was last, by event time.</summary>
    [Id(5)] public required LocationView? LastLocation { get; init; }

    [Id(6)] public required IReadOnlyList<DeviceView> Devices { get; init; }

    /// <summary>The velocity windows as of the latest transaction.</summary>
    [Id(7)] public required IReadOnlyList<WindowView> Windows { get; init; }

    /// <summary>All decisions ever made for the card.</summary>
    [Id(8)] public required long DecisionCount { get; init; }

    /// <summary>Transactions confirmed as fraud, as far as they are remembered.</summary>
    [Id(10)] public int ConfirmedFrauds { get; init; }

    /// <summary>The last position that the profile contains.</summary>
    [Id(9)] public required string AppliedPosition { get; init; }

    public static CardProfileView Of(CardProfile profile, FraudRuleset ruleset, in StateOrigin origin) => new()
    {
        CardId = origin.Key,
        TransactionCount = profile.TransactionCount,
        Amount = new AmountView(profile.Amounts.Mean, profile.Amounts.Deviation, profile.Amounts.Total),
        FirstTransactionAt = profile.FirstEventTime,
        LastTransactionAt = profile.LastEventTime,
        LastLocation = profile.LastLocation is { } place ? new LocationView(place.Lat, place.Lon, place.Time) : null,
        Devices = [.. profile.Devices.Items.Select(d => new DeviceView(d.Id, d.FirstSeen, d.LastSeen))],
        Windows = profile.LastEventTime is null ? []
            : [Window(profile, "velocityCount", ruleset.Rules.VelocityCount.Window), Window(profile, "velocitySum", ruleset.Rules.VelocitySum.Window)],
        DecisionCount = origin.OutputCount,
        ConfirmedFrauds = profile.ConfirmedFrauds,
        AppliedPosition = origin.Applied.ToString(),
    };

    private static WindowView Window(CardProfile profile, string name, TimeSpan length)
    {
        var end = profile.LastEventTime!.Value;
        return new WindowView(name, length.TotalSeconds, end, profile.Velocity.Count(end, length), profile.Velocity.Sum(end, length));
    }
}

/// <summary>Amounts of all transactions: mean, standard deviation of the population, and sum.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.AmountView")]
public sealed record AmountView([property: Id(0)] double Mean, [property: Id(1)] double Deviation, [property: Id(2)] double Total);

/// <summary>Degrees, and when.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.LocationView")]
public sealed record LocationView([property: Id(0)] double Lat, [property: Id(1)] double Lon, [property: Id(2)] DateTimeOffset Time);

/// <summary>A device the card was used with.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.DeviceView")]
public sealed record DeviceView([property: Id(0)] string Id, [property: Id(1)] DateTimeOffset FirstSeen, [property: Id(2)] DateTimeOffset LastSeen);

/// <summary>Transactions in the <paramref name="Seconds"/> up to <paramref name="End"/>.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.WindowView")]
public sealed record WindowView(
    [property: Id(0)] string Name, [property: Id(1)] double Seconds, [property: Id(2)] DateTimeOffset End, [property: Id(3)] int Count,
    [property: Id(4)] decimal Sum);
