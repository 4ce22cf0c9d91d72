using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace OrleansStream.Domain.Fraud.Rules;

/// <summary>
/// AMOUNT_ANOMALY: an amount far above the card's own habit, by standard deviations of ln(1 + amount). Weight × the deviations from 0 to 6, and
/// ExtremeWeight × those from 4 to 12: no person's purchases vary so much.
/// </summary>
public sealed record AmountAnomalyRule : FraudRule
{
    public AmountAnomalyRule() => Weight = 0.7;

    /// <summary>Log-odds per deviation beyond the fourth.</summary>
    public double ExtremeWeight { get; init; } = 0.8;

    /// <summary>The same weight for deviations from the habit within the category, 0 to 6.</summary>
    public double CategoryWeight { get; init; }

    [JsonIgnore]
    public override ReasonCode ReasonCode => ReasonCode.AmountAnomaly;

    [JsonIgnore]
    public override ImmutableArray<Feature> Inputs => [Feature.Amount, Feature.AmountDeviation, Feature.CategoryDeviation, Feature.AmountRatio, Feature.History];

    public override Finding Evaluate(FraudInputs inputs)
    {
        var deviation = inputs[Feature.AmountDeviation];
        var logOdds = (Weight * Math.Clamp(deviation, 0, 6)) + (ExtremeWeight * Math.Clamp(deviation - 4, 0, 8))
            + (CategoryWeight * Math.Clamp(inputs[Feature.CategoryDeviation], 0, 6));
        return new Finding(logOdds, Math.Round(deviation, 2), 2, deviation > 2);
    }

    public override string Describe(FraudInputs inputs, Finding finding) => string.Create(
        CultureInfo.InvariantCulture,
        $"{inputs[Feature.Amount]:N2} is {inputs[Feature.AmountRatio]:N1} times the card's usual amount, {finding.Observed:N1} standard deviations above it on a logarithmic scale");

    internal override void Check(RulesetCheck check)
    {
        base.Check(check);
        check.Within(nameof(ExtremeWeight), ExtremeWeight, -20, 20);
        check.Within(nameof(CategoryWeight), CategoryWeight, -20, 20);
    }
}

/// <summary>
/// CATEGORY_RISK: what confirmed frauds look like in the merchant's category. Weight × the log-odds of amount and time of day there, RateWeight × those of the
/// category itself, NoveltyWeight × how new the category is to the card.
/// </summary>
public sealed record CategoryRiskRule : FraudRule
{
    public CategoryRiskRule() => Weight = 1;

    public double RateWeight { get; init; } = 0.1;

    public double NoveltyWeight { get; init; } = 3;

    [JsonIgnore]
    public override ReasonCode ReasonCode => ReasonCode.CategoryRisk;

    [JsonIgnore]
    public override ImmutableArray<Feature> Inputs => [Feature.Amount, Feature.AmountLogOdds, Feature.CategoryLogOdds, Feature.CategoryNovelty, Feature.CategoryHistory];

    /// <summary>Observed is how many times likelier fraud than not the amount and time of day are in the category.</summary>
    public override Finding Evaluate(FraudInputs inputs)
    {
        var logOdds = (Weight * inputs[Feature.AmountLogOdds]) + (RateWeight * inputs[Feature.CategoryLogOdds])
            + (NoveltyWeight * inputs[Feature.CategoryNovelty]);
        return new Finding(logOdds, Math.Round(Math.Exp(inputs[Feature.AmountLogOdds] + inputs[Feature.CategoryLogOdds]), 2), 2, logOdds > 0.7);
    }

    public override string Describe(FraudInputs inputs, Finding finding) => string.Create(
        CultureInfo.InvariantCulture,
        $"such an amount at this time of day is {finding.Observed:N1} times likelier fraud than not in category {inputs.Category ?? "(none)"}; the card bought there {inputs[Feature.CategoryHistory]} times in {inputs[Feature.History]}");

    internal override void Check(RulesetCheck check)
    {
        base.Check(check);
        check.Within(nameof(RateWeight), RateWeight, -20, 20);
        check.Within(nameof(NoveltyWeight), NoveltyWeight, -20, 20);
    }
}

/// <summary>UNUSUAL_HOUR: at night (Weight), or when this card is seldom used (HabitWeight × the hour's rarity).</summary>
public sealed record UnusualHourRule : FraudRule
{
    public UnusualHourRule() => Weight = 1.5;

    public double HabitWeight { get; init; } = 0.45;

    [JsonIgnore]
    public override ReasonCode ReasonCode => ReasonCode.UnusualHour;

    [JsonIgnore]
    public override ImmutableArray<Feature> Inputs => [Feature.Hour, Feature.HourRarity];

    /// <summary>Observed is the hour's rarity, −ln of its share of the card's uses over the average's.</summary>
    public override Finding Evaluate(FraudInputs inputs)
    {
        var night = NightHours.Contains((int)inputs[Feature.Hour]);
        var logOdds = (night ? Weight : 0) + (HabitWeight * inputs[Feature.HourRarity]);
        return new Finding(logOdds, Math.Round(inputs[Feature.HourRarity], 2), 0.7, logOdds > 0.7);
    }

    public override string Describe(FraudInputs inputs, Finding finding) => string.Create(
        CultureInfo.InvariantCulture,
        $"at {inputs[Feature.Hour]} o'clock{(NightHours.Contains((int)inputs[Feature.Hour]) ? ", by night" : "")}; the card is used then {Math.Exp(-inputs[Feature.HourRarity]):N2} times as often as at an average hour");

    internal override void Check(RulesetCheck check)
    {
        base.Check(check);
        check.Within(nameof(HabitWeight), HabitWeight, -20, 20);
    }
}

/// <summary>
/// STRUCTURING: several amounts just below a limit from which on somebody asks questions. Weight from MinCount on, a third of it with one less.
/// </summary>
public sealed record StructuringRule : FraudRule
{
    public StructuringRule() => Weight = 8.2;

    /// <summary>Limits in the base currency, ascending. 10,000: reporting of cash in many countries; 1,000 and 3,000: identification.</summary>
    public ImmutableArray<decimal> Limits { get; init; } = [1_000, 3_000, 5_000, 10_000, 15_000];

    /// <summary>How near below a limit counts: 0.05 takes 9,500 to 9,999.99 for 10,000.</summary>
    public double Margin { get; init; } = 0.05;

    /// <summary>Transactions below the same limit within 48 h.</summary>
    public int MinCount { get; init; } = 3;

    [JsonIgnore]
    public override ReasonCode ReasonCode => ReasonCode.Structuring;

    [JsonIgnore]
    public override ImmutableArray<Feature> Inputs => [Feature.Amount, Feature.NearLimit, Feature.NearLimitCount];

    /// <summary>The limit that the amount is just below; null when it is none.</summary>
    public decimal? LimitAbove(decimal amount)
    {
        foreach (var limit in Limits.IsDefault ? [] : Limits)
        {
            if (amount < limit)
                return amount >= limit * (1 - (decimal)Margin) ? limit : null;
        }

        return null;
    }

    public override Finding Evaluate(FraudInputs inputs)
    {
        var count = inputs[Feature.NearLimitCount];
        var logOdds = count >= MinCount ? Weight : count > 1 && count == MinCount - 1 ? Weight / 3 : 0;
        return new Finding(logOdds, count, MinCount, count >= MinCount);
    }

    public override string Describe(FraudInputs inputs, Finding finding) => inputs[Feature.NearLimit] > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{finding.Observed} transactions just below {inputs[Feature.NearLimit]:N0} within 48 h")
        : "the amount is just below no limit";

    internal override void Check(RulesetCheck check)
    {
        base.Check(check);
        check.Within(nameof(Margin), Margin, 0, 0.5);
        check.Within(nameof(MinCount), MinCount, 1, CardProfile.VelocityBounds.Capacity);
        check.That(Limits.IsDefault || (Limits.Length <= 20 && Limits.All(l => l > 0) && Limits.SequenceEqual(Limits.Order())), nameof(Limits), "must be at most 20, positive and ascending.");
    }
}
