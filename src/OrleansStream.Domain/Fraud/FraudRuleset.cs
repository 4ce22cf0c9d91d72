namespace OrleansStream.Domain.Fraud;

/// <summary>
/// Every threshold the rules use, as one immutable, versioned value: the same rule set and the same events
/// give the same decisions.
/// </summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.FraudRuleset"), Immutable]
public sealed record FraudRuleset
{
    /// <summary>The rule set of an installation nobody has configured.</summary>
    public static FraudRuleset Default { get; } = new();

    [Id(0)]
    public string Id { get; init; } = "default";

    [Id(1)]
    public int Version { get; init; } = 1;

    /// <summary>Combined score, 0–100, from which a person should look. 50: the soft rules' evidence is as likely fraud as not.</summary>
    [Id(2)]
    public int ReviewScore { get; init; } = 50;

    /// <summary>Combined score, 0–100, from which a transaction is declined. 85: velocity count, sum and a new device together.</summary>
    [Id(3)]
    public int DeclineScore { get; init; } = 85;

    [Id(4)]
    public ImpossibleTravelThresholds ImpossibleTravel { get; init; } = new();

    [Id(5)]
    public VelocityCountThresholds VelocityCount { get; init; } = new();

    [Id(6)]
    public VelocitySumThresholds VelocitySum { get; init; } = new();

    [Id(7)]
    public NewDeviceThresholds NewDevice { get; init; } = new();
}
