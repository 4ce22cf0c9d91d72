using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace OrleansStream.Domain.Fraud.Rules;

/// <summary>VELOCITY_COUNT: more transactions within a short window than people make. The weight, and the logarithm of how far the limit is exceeded.</summary>
public sealed record VelocityCountRule : FraudRule
{
    public VelocityCountRule() => Weight = 8.2;

    /// <summary>Seconds, at most 48 h.</summary>
    public int WindowSeconds { get; init; } = 600;

    /// <summary>
    /// Transactions within the window that are still normal, below the 40 that a card remembers. 5: a person pays about once in some minutes at most; the rest
    /// is room for retries and split bills.
    /// </summary>
    public int Limit { get; init; } = 5;

    [JsonIgnore]
    public TimeSpan Window => TimeSpan.FromSeconds(WindowSeconds);

    [JsonIgnore]
    public override ReasonCode ReasonCode => ReasonCode.VelocityCount;

    [JsonIgnore]
    public override ImmutableArray<Feature> Inputs => [Feature.WindowCount];

    public override Finding Evaluate(FraudInputs inputs)
    {
        var count = inputs[Feature.WindowCount];
        return count > Limit ? new Finding(Weight + Math.Log(count / Math.Max(1, Limit)), count, Limit, true) : Finding.None;
    }

    public override string Describe(FraudInputs inputs, Finding finding) => string.Create(
        CultureInfo.InvariantCulture, $"{finding.Observed} transactions in {DurationText.Of(Window)}, limit {Limit}");

    internal override void Check(RulesetCheck check)
    {
        base.Check(check);
        check.Within(nameof(WindowSeconds), WindowSeconds, 1, CardProfile.VelocityBounds.Retention.TotalSeconds);
        check.Within(nameof(Limit), Limit, 0, CardProfile.VelocityBounds.Capacity - 1);
    }
}

/// <summary>
/// VELOCITY_SUM: spending far above the card's own habit. Two measures: a sum within the window beyond a limit (the weight), and the spending of a day as a
/// multiple of the card's average (the ratio's logarithm times its weight), which speaks earlier and more softly.
/// </summary>
public sealed record VelocitySumRule : FraudRule
{
    public VelocitySumRule() => Weight = 1.5;

    /// <summary>Seconds, at most 48 h; up to 24 h it is exact for events a day late.</summary>
    public int WindowSeconds { get; init; } = 86_400;

    /// <summary>
    /// Sum within the window that is normal for any card, in the base currency. 1,500: within the daily limits of 1,000
    /// to 2,500 that banks commonly preset on debit cards, so that a frugal card's first big purchase is no alarm.
    /// </summary>
    public double Floor { get; init; } = 1500;

    /// <summary>Above the floor: times the card's usual spending per window. 5 leaves holidays and pay days alone.</summary>
    public double HabitFactor { get; init; } = 5;

    /// <summary>Windows of history (first to last event) before there is a habit; until then the floor alone counts. 7: a whole week.</summary>
    public double MinHistoryWindows { get; init; } = 7;

    /// <summary>Transactions within the window from which on it is velocity: one large amount alone is not.</summary>
    public int MinCount { get; init; } = 2;

    /// <summary>Log-odds per unit of the ratio's logarithm, for ratios of 1 to 20.</summary>
    public double RatioWeight { get; init; } = 0.3;

    [JsonIgnore]
    public TimeSpan Window => TimeSpan.FromSeconds(WindowSeconds);

    [JsonIgnore]
    public override ReasonCode ReasonCode => ReasonCode.VelocitySum;

    [JsonIgnore]
    public override ImmutableArray<Feature> Inputs => [Feature.WindowSum, Feature.WindowSumCount, Feature.WindowSumLimit, Feature.SpendingRatio];

    /// <summary>
    /// The floor, or factor × what the card spends per window on average (total ÷ windows from first to last event) when
    /// that is more and the history is long enough to be a habit.
    /// </summary>
    public double LimitFor(CardProfile profile)
    {
        if (profile is not { FirstEventTime: { } first, LastEventTime: { } last })
            return Floor;
        var windows = (last - first) / Window;
        return windows < MinHistoryWindows ? Floor : Math.Max(Floor, HabitFactor * profile.Spent / windows);
    }

    public override Finding Evaluate(FraudInputs inputs)
    {
        var ratio = RatioWeight * Math.Clamp(inputs[Feature.SpendingRatio], 0, 3);
        var (sum, limit) = (inputs[Feature.WindowSum], inputs[Feature.WindowSumLimit]);
        var beyond = inputs[Feature.WindowSumCount] >= MinCount && sum > limit;
        return new Finding(beyond ? Weight + ratio : ratio, sum, limit, beyond);
    }

    public override string Describe(FraudInputs inputs, Finding finding) => string.Create(
        CultureInfo.InvariantCulture,
        $"{finding.Observed:N2} in {inputs[Feature.WindowSumCount]} transactions within {DurationText.Of(Window)}, limit {finding.Threshold:N2}; {Math.Exp(inputs[Feature.SpendingRatio]):N1} times the card's usual spending of a day");

    internal override void Check(RulesetCheck check)
    {
        base.Check(check);
        check.Within(nameof(WindowSeconds), WindowSeconds, 1, CardProfile.VelocityBounds.Retention.TotalSeconds);
        check.Within(nameof(Floor), Floor, 0, 1e12);
        check.Within(nameof(HabitFactor), HabitFactor, 0, 1e6);
        check.Within(nameof(MinHistoryWindows), MinHistoryWindows, 0, 1e6);
        check.Within(nameof(MinCount), MinCount, 1, CardProfile.VelocityBounds.Capacity);
        check.Within(nameof(RatioWeight), RatioWeight, -20, 20);
    }
}

/// <summary>
/// SUSPICIOUS_RUN: purchases of the last two days were suspicious, and frauds come in runs: who has a card uses it until it is blocked. Weight × ln(1 + 3 × run).
/// </summary>
public sealed record SuspiciousRunRule : FraudRule
{
    public SuspiciousRunRule() => Weight = 3.3;

    [JsonIgnore]
    public override ReasonCode ReasonCode => ReasonCode.SuspiciousRun;

    [JsonIgnore]
    public override ImmutableArray<Feature> Inputs => [Feature.SuspiciousRun];

    public override Finding Evaluate(FraudInputs inputs)
    {
        var run = inputs[Feature.SuspiciousRun];
        return new Finding(Weight * Math.Log(1 + (3 * Math.Min(run, 3))), Math.Round(run, 2), 0.5, run > 0.5);
    }

    public override string Describe(FraudInputs inputs, Finding finding) => string.Create(
        CultureInfo.InvariantCulture, $"{finding.Observed:N1} suspicious transactions within 48 h, recent ones counting more");
}
