using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OrleansStream.Domain.Fraud.Rules;

/// <summary>The built-in rules of a rule set, by the code of their reason, in the order they are evaluated and shown.</summary>
public sealed record RuleCatalog
{
    [JsonPropertyName("IMPOSSIBLE_TRAVEL")]
    public ImpossibleTravelRule ImpossibleTravel { get; init; } = new();

    [JsonPropertyName("VELOCITY_COUNT")]
    public VelocityCountRule VelocityCount { get; init; } = new();

    [JsonPropertyName("VELOCITY_SUM")]
    public VelocitySumRule VelocitySum { get; init; } = new();

    [JsonPropertyName("NEW_DEVICE")]
    public NewDeviceRule NewDevice { get; init; } = new();

    [JsonPropertyName("SHARED_DEVICE")]
    public SharedDeviceRule SharedDevice { get; init; } = new();

    [JsonPropertyName("AMOUNT_ANOMALY")]
    public AmountAnomalyRule AmountAnomaly { get; init; } = new();

    [JsonPropertyName("CARD_TESTING")]
    public CardTestingRule CardTesting { get; init; } = new();

    [JsonPropertyName("COUNTRY_MISMATCH")]
    public CountryMismatchRule CountryMismatch { get; init; } = new();

    [JsonPropertyName("MERCHANT_RISK")]
    public MerchantRiskRule MerchantRisk { get; init; } = new();

    [JsonPropertyName("CATEGORY_RISK")]
    public CategoryRiskRule CategoryRisk { get; init; } = new();

    [JsonPropertyName("UNUSUAL_HOUR")]
    public UnusualHourRule UnusualHour { get; init; } = new();

    [JsonPropertyName("STRUCTURING")]
    public StructuringRule Structuring { get; init; } = new();

    [JsonPropertyName("SUSPICIOUS_RUN")]
    public SuspiciousRunRule SuspiciousRun { get; init; } = new();

    [JsonPropertyName("UNUSUAL_PLACE")]
    public UnusualPlaceRule UnusualPlace { get; init; } = new();

    [JsonPropertyName("DEVICE_RISK")]
    public DeviceRiskRule DeviceRisk { get; init; } = new();

    [JsonPropertyName("UNKNOWN_CURRENCY")]
    public UnknownCurrencyRule UnknownCurrency { get; init; } = new();

    [JsonIgnore]
    public ImmutableArray<FraudRule> All =>
    [
        ImpossibleTravel, VelocityCount, VelocitySum, NewDevice, SharedDevice, AmountAnomaly, CardTesting, CountryMismatch, MerchantRisk, CategoryRisk,
        UnusualHour, Structuring, SuspiciousRun, UnusualPlace, DeviceRisk, UnknownCurrency,
    ];
}
