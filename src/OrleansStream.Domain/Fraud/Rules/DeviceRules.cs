using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace OrleansStream.Domain.Fraud.Rules;

/// <summary>NEW_DEVICE: a card with a history appears on a device it was never used with. The weight: people buy phones; it only strengthens other evidence.</summary>
public sealed record NewDeviceRule : FraudRule
{
    public NewDeviceRule() => Weight = 2;

    /// <summary>Transactions a card must have before a device can be new to it: everything is new to a new card.</summary>
    public int MinHistory { get; init; } = 3;

    [JsonIgnore]
    public override ReasonCode ReasonCode => ReasonCode.NewDevice;

    [JsonIgnore]
    public override ImmutableArray<Feature> Inputs => [Feature.NewDevice, Feature.History, Feature.KnownDevices];

    public override Finding Evaluate(FraudInputs inputs) =>
        inputs[Feature.NewDevice] > 0 && inputs[Feature.History] >= MinHistory ? new Finding(Weight, inputs[Feature.History], MinHistory, true) : Finding.None;

    public override string Describe(FraudInputs inputs, Finding finding) => string.Create(
        CultureInfo.InvariantCulture, $"device not seen in {finding.Observed:N0} earlier transactions, {inputs[Feature.KnownDevices]} known");

    internal override void Check(RulesetCheck check)
    {
        base.Check(check);
        check.Within(nameof(MinHistory), MinHistory, 0, 1e9);
    }
}

/// <summary>SHARED_DEVICE: more cards on one device than a household has. The weight, and half of it for each doubling beyond the limit.</summary>
public sealed record SharedDeviceRule : FraudRule
{
    public SharedDeviceRule() => Weight = 4;

    /// <summary>Cards on a device within 35 days that are still normal, this one included.</summary>
    public int Limit { get; init; } = 3;

    [JsonIgnore]
    public override ReasonCode ReasonCode => ReasonCode.SharedDevice;

    [JsonIgnore]
    public override ImmutableArray<Feature> Inputs => [Feature.OtherCardsOnDevice];

    public override Finding Evaluate(FraudInputs inputs)
    {
        var cards = inputs[Feature.OtherCardsOnDevice] + 1;
        return cards > Limit ? new Finding(Weight * (1 + (Math.Log2(cards / Math.Max(1, Limit)) / 2)), cards, Limit, true) : Finding.None;
    }

    public override string Describe(FraudInputs inputs, Finding finding) => string.Create(
        CultureInfo.InvariantCulture, $"{finding.Observed} cards on this device within 35 days, limit {Limit}");

    internal override void Check(RulesetCheck check)
    {
        base.Check(check);
        check.Within(nameof(Limit), Limit, 1, DeviceUse.MaxCards - 1);
    }
}

/// <summary>DEVICE_RISK: frauds were confirmed with this device lately. Weight × ln(1 + frauds).</summary>
public sealed record DeviceRiskRule : FraudRule
{
    public DeviceRiskRule() => Weight = 4;

    [JsonIgnore]
    public override ReasonCode ReasonCode => ReasonCode.DeviceRisk;

    [JsonIgnore]
    public override ImmutableArray<Feature> Inputs => [Feature.DeviceFrauds];

    public override Finding Evaluate(FraudInputs inputs)
    {
        var frauds = inputs[Feature.DeviceFrauds];
        return frauds > 0 ? new Finding(Weight * Math.Log(1 + Math.Min(frauds, 10)), frauds, 0, true) : Finding.None;
    }

    public override string Describe(FraudInputs inputs, Finding finding) => string.Create(
        CultureInfo.InvariantCulture, $"{finding.Observed} frauds confirmed with this device within 35 days");
}

/// <summary>CARD_TESTING: the issuer declined attempts in a row, then approved one: somebody was trying out a card. The weight.</summary>
public sealed record CardTestingRule : FraudRule
{
    public CardTestingRule() => Weight = 8.5;

    /// <summary>Seconds, at most 48 h.</summary>
    public int WindowSeconds { get; init; } = 3_600;

    /// <summary>Declines within the window before the approved one.</summary>
    public int MinDeclines { get; init; } = 3;

    [JsonIgnore]
    public TimeSpan Window => TimeSpan.FromSeconds(WindowSeconds);

    [JsonIgnore]
    public override ReasonCode ReasonCode => ReasonCode.CardTesting;

    [JsonIgnore]
    public override ImmutableArray<Feature> Inputs => [Feature.Declines, Feature.Approved];

    public override Finding Evaluate(FraudInputs inputs)
    {
        var declines = inputs[Feature.Declines];
        return declines >= MinDeclines && inputs[Feature.Approved] > 0 ? new Finding(Weight, declines, MinDeclines, true) : Finding.None;
    }

    public override string Describe(FraudInputs inputs, Finding finding) => string.Create(
        CultureInfo.InvariantCulture, $"approved after {finding.Observed} declines by the issuer within {DurationText.Of(Window)}");

    internal override void Check(RulesetCheck check)
    {
        base.Check(check);
        check.Within(nameof(WindowSeconds), WindowSeconds, 1, CardProfile.VelocityBounds.Retention.TotalSeconds);
        check.Within(nameof(MinDeclines), MinDeclines, 1, CardProfile.VelocityBounds.Capacity);
    }
}
