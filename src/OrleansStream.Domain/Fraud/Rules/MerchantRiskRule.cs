using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace OrleansStream.Domain.Fraud.Rules;

/// <summary>
/// MERCHANT_RISK: frauds confirmed at the merchant or the terminal within five weeks, against what its number of transactions would make expect. Weight × the
/// larger of both log-odds; from CompromisedFrauds on, when they are most of what happens there, CompromisedWeight too: everything at a compromised terminal
/// is suspect.
/// </summary>
public sealed record MerchantRiskRule : FraudRule
{
    public MerchantRiskRule() => Weight = 1.5;

    /// <summary>Frauds at a merchant or terminal from which on it may be compromised.</summary>
    public int CompromisedFrauds { get; init; } = 3;

    /// <summary>Log-odds from which on it is: 2.3 is ten times the frauds expected.</summary>
    public double CompromisedLogOdds { get; init; } = 1.6;

    public double CompromisedWeight { get; init; } = 4;

    [JsonIgnore]
    public override ReasonCode ReasonCode => ReasonCode.MerchantRisk;

    [JsonIgnore]
    public override ImmutableArray<Feature> Inputs => [Feature.MerchantLogOdds, Feature.TerminalLogOdds, Feature.MerchantFrauds, Feature.TerminalFrauds, Feature.MerchantRisk];

    /// <summary>Observed is how many times the frauds expected there were.</summary>
    public override Finding Evaluate(FraudInputs inputs)
    {
        var (merchant, terminal) = (inputs[Feature.MerchantLogOdds], inputs[Feature.TerminalLogOdds]);
        var isCompromised =
            (merchant >= CompromisedLogOdds && inputs[Feature.MerchantFrauds] >= CompromisedFrauds)
            || (terminal >= CompromisedLogOdds && inputs[Feature.TerminalFrauds] >= CompromisedFrauds);
        var larger = inputs[Feature.TerminalFrauds] > 0 ? Math.Max(merchant, terminal) : merchant;
        var logOdds = (Weight * larger) + (isCompromised ? CompromisedWeight : 0);
        return new Finding(logOdds, Math.Round(Math.Exp(larger), 2), Math.Round(Math.Exp(CompromisedLogOdds), 2), logOdds > 0.7);
    }

    public override string Describe(FraudInputs inputs, Finding finding) => string.Create(
        CultureInfo.InvariantCulture,
        $"{inputs[Feature.MerchantFrauds]} frauds confirmed at the merchant within 5 weeks, {inputs[Feature.TerminalFrauds]} at the terminal: {finding.Observed:N1} times what is expected");

    internal override void Check(RulesetCheck check)
    {
        base.Check(check);
        check.Within(nameof(CompromisedFrauds), CompromisedFrauds, 1, 1e6);
        check.Within(nameof(CompromisedLogOdds), CompromisedLogOdds, 0, 10);
        check.Within(nameof(CompromisedWeight), CompromisedWeight, -20, 20);
    }
}
