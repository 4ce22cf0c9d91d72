namespace OrleansStream.Domain.Fraud;

/// <summary>
/// What a decision takes from other keys, resolved before it and stored with it, so that replay and
/// explanation see the same.
/// </summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.FraudFacts"), Immutable]
public sealed record FraudFacts
{
    /// <summary>Nothing known from elsewhere.</summary>
    public static FraudFacts None { get; } = new();

    /// <summary>Share of the merchant's recent transactions confirmed as fraud, 0–1.</summary>
    [Id(0)]
    public double MerchantRisk { get; init; }
}
