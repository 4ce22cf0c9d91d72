namespace OrleansStream.Domain.Fraud;

/// <summary>
/// A card was used: the event of the fraud processor, keyed by card. <see cref="TransactionReader"/> makes
/// valid ones from JSON; rules take validity for granted.
/// </summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.Transaction"), Immutable]
public sealed record Transaction
{
    /// <summary>The sender's business id, or the one the gateway assigned.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>Token of the card, never its number.</summary>
    [Id(1)]
    public required string CardId { get; init; }

    /// <summary>0 to 1e12, in <see cref="Currency"/>.</summary>
    [Id(2)]
    public required decimal Amount { get; init; }

    [Id(3)]
    public string? Currency { get; init; }

    /// <summary>Event time, with the sender's offset from UTC.</summary>
    [Id(4)]
    public required DateTimeOffset Time { get; init; }

    [Id(5)]
    public Merchant? Merchant { get; init; }

    /// <summary>Null when the event carries no coordinates.</summary>
    [Id(6)]
    public Location? Location { get; init; }

    /// <summary>Where it happened: <c>location.country</c> (also without coordinates), else <c>merchant.country</c>.</summary>
    [Id(7)]
    public string? Country { get; init; }

    [Id(8)]
    public string? DeviceId { get; init; }

    [Id(9)]
    public string? Ip { get; init; }

    [Id(10)]
    public Channel? Channel { get; init; }

    [Id(11)]
    public string? UserId { get; init; }

    /// <summary><c>card.issuerCountry</c>.</summary>
    [Id(12)]
    public string? IssuerCountry { get; init; }

    [Id(13)]
    public Authorization? Authorization { get; init; }

    /// <summary>
    /// Whether the card itself was at <see cref="Location"/>: everything but ecommerce and transfer. A missing
    /// channel counts as present, because acquirers that send coordinates without a channel send the terminal's.
    /// </summary>
    public bool IsCardPresent => Channel is null or Fraud.Channel.Pos or Fraud.Channel.Atm;
}
