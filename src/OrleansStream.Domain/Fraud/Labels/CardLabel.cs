namespace OrleansStream.Domain.Fraud;

/// <summary>
/// What a transaction was, said later: by a chargeback, by an analyst who closed its case. A record of the card's topic, with what of the transaction others
/// learn from: the card itself remembers transactions for two days only.
/// </summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.CardLabel"), Immutable]
public sealed record CardLabel
{
    [Id(0)]
    public required string TransactionId { get; init; }

    [Id(1)]
    public required string CardId { get; init; }

    [Id(2)]
    public required bool Fraud { get; init; }

    /// <summary>Who says so, as <c>chargeback</c>.</summary>
    [Id(3)]
    public string? Source { get; init; }

    /// <summary>When it was said, event time.</summary>
    [Id(4)]
    public required DateTimeOffset Time { get; init; }

    /// <summary>How its case ended: <c>confirmed</c> or <c>dismissed</c>; null when the label is no case's.</summary>
    [Id(5)]
    public string? CaseStatus { get; init; }

    /// <summary>The analyst's note.</summary>
    [Id(6)]
    public string? Note { get; init; }

    /// <summary>When the transaction happened.</summary>
    [Id(7)]
    public required DateTimeOffset PurchaseTime { get; init; }

    /// <summary>Its amount in the base currency.</summary>
    [Id(8)]
    public required double Amount { get; init; }

    [Id(9)]
    public string? Category { get; init; }

    [Id(10)]
    public string? MerchantId { get; init; }

    [Id(11)]
    public string? TerminalId { get; init; }

    [Id(12)]
    public string? DeviceId { get; init; }

    /// <summary>The issuer declined it: its amount is in no habit of the card.</summary>
    [Id(13)]
    public bool Withheld { get; init; }

    /// <summary>What others learn from it.</summary>
    public Purchase ToPurchase() => new(Purchase.HashOf(CardId), Amount, PurchaseTime, Category, MerchantId, TerminalId, DeviceId);
}
