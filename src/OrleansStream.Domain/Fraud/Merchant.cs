namespace OrleansStream.Domain.Fraud;

/// <summary>Who was paid. Every part is optional.</summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.Merchant"), Immutable]
public sealed record Merchant
{
    [Id(0)]
    public string? Id { get; init; }

    [Id(1)]
    public string? Name { get; init; }

    /// <summary>Merchant category code (ISO 18245) or any other label of the sender's.</summary>
    [Id(2)]
    public string? Category { get; init; }

    [Id(3)]
    public string? Country { get; init; }

    [Id(4)]
    public string? TerminalId { get; init; }
}
