using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace OrleansStream.Domain.Fraud.Rules;

/// <summary>COUNTRY_MISMATCH: used in another country than the card was issued in, away from where it is usually used. The weight.</summary>
public sealed record CountryMismatchRule : FraudRule
{
    private const string Unknown = "an unknown country";

    public CountryMismatchRule() => Weight = 2;

    [JsonIgnore]
    public override ReasonCode ReasonCode => ReasonCode.CountryMismatch;

    [JsonIgnore]
    public override ImmutableArray<Feature> Inputs => [Feature.CountryMismatch];

    public override Finding Evaluate(FraudInputs inputs) =>
        inputs[Feature.CountryMismatch] > 0 ? new Finding(Weight, 1, 0, true) : Finding.None;

    public override string Describe(FraudInputs inputs, Finding finding) => $"issued in {inputs.IssuerCountry ?? Unknown}, used in {inputs.Country ?? Unknown}";
}

/// <summary>UNUSUAL_PLACE: far from every area the card is usually used in. Weight × ln(distance ÷ FarKm), up to three times as far as e.</summary>
public sealed record UnusualPlaceRule : FraudRule
{
    public UnusualPlaceRule() => Weight = 0.7;

    /// <summary>km from which on it speaks: beyond a day's drive.</summary>
    public double FarKm { get; init; } = 500;

    [JsonIgnore]
    public override ReasonCode ReasonCode => ReasonCode.UnusualPlace;

    [JsonIgnore]
    public override ImmutableArray<Feature> Inputs => [Feature.DistanceKm];

    public override Finding Evaluate(FraudInputs inputs)
    {
        var km = inputs[Feature.DistanceKm];
        return km > FarKm ? new Finding(Weight * Math.Min(3, 1 + Math.Log(km / FarKm)), Math.Round(km), FarKm, true) : Finding.None;
    }

    public override string Describe(FraudInputs inputs, Finding finding) => string.Create(
        CultureInfo.InvariantCulture, $"{finding.Observed:N0} km from the nearest place the card is usually used at");

    internal override void Check(RulesetCheck check)
    {
        base.Check(check);
        check.Within(nameof(FarKm), FarKm, 1, 20_000);
    }
}

/// <summary>UNKNOWN_CURRENCY: there is no rate for it, and the amount was taken as it is. The weight.</summary>
public sealed record UnknownCurrencyRule : FraudRule
{
    public UnknownCurrencyRule() => Weight = 1.5;

    [JsonIgnore]
    public override ReasonCode ReasonCode => ReasonCode.UnknownCurrency;

    [JsonIgnore]
    public override ImmutableArray<Feature> Inputs => [Feature.UnknownCurrency];

    public override Finding Evaluate(FraudInputs inputs) =>
        inputs[Feature.UnknownCurrency] > 0 ? new Finding(Weight, 1, 0, true) : Finding.None;

    public override string Describe(FraudInputs inputs, Finding finding) => $"no rate for currency {inputs.Currency}: the amount counts as it is";
}
