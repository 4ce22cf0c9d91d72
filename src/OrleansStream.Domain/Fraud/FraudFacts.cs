namespace OrleansStream.Domain.Fraud;

/// <summary>
/// What a decision takes from other keys, resolved before it and stored with it, so that replay and
/// explanation see the same. Log-odds are natural logarithms of likelihood ratios: 0 says nothing, 0.7 twice as likely fraud.
/// </summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.FraudFacts"), Immutable]
public sealed record FraudFacts
{
    /// <summary>Nothing known from elsewhere.</summary>
    public static FraudFacts None { get; } = new();

    /// <summary>Share of the merchant's recent transactions confirmed as fraud, smoothed, 0–1.</summary>
    [Id(0)]
    public double MerchantRisk { get; init; }

    /// <summary>Frauds confirmed at the merchant, against what its number of transactions would make expect.</summary>
    [Id(1)]
    public float MerchantLogOdds { get; init; }

    /// <summary>The same of the terminal.</summary>
    [Id(2)]
    public float TerminalLogOdds { get; init; }

    /// <summary>How much likelier fraud than not an amount of this size at this time of day is in the category.</summary>
    [Id(3)]
    public float AmountLogOdds { get; init; }

    /// <summary>Frauds confirmed in the category, against what its number of transactions would make expect.</summary>
    [Id(4)]
    public float CategoryLogOdds { get; init; }

    /// <summary>Frauds confirmed at the merchant within the window.</summary>
    [Id(5)]
    public int MerchantFrauds { get; init; }

    /// <summary>Cards seen with the device within the window, this one not counted.</summary>
    [Id(6)]
    public int OtherCardsOnDevice { get; init; }

    /// <summary>Frauds confirmed with the device within the window.</summary>
    [Id(7)]
    public int DeviceFrauds { get; init; }

    /// <summary>Mean of ln(1 + amount) over all cards, in the base currency; 3.4 (an amount of 29) while little is known.</summary>
    [Id(8)]
    public float UsualLogAmount { get; init; } = 3.4f;

    /// <summary>Its standard deviation.</summary>
    [Id(9)]
    public float UsualLogDeviation { get; init; } = 1.2f;

    /// <summary>Frauds confirmed at the terminal within the window.</summary>
    [Id(10)]
    public int TerminalFrauds { get; init; }

    /// <summary>The rules that decide; not stored with the facts: the decision names them.</summary>
    [field: NonSerialized]
    public FraudRuleset? Ruleset { get; init; }

    /// <summary>The rules that decide beside them; not stored.</summary>
    [field: NonSerialized]
    public FraudRuleset? Shadow { get; init; }

    /// <summary>What the transaction tells by itself, whoever's card it is, in thousandths of log-odds: it stays with the card as evidence.</summary>
    public int EvidenceMilli => (int)Math.Round(1000 * (AmountLogOdds + CategoryLogOdds));
}
