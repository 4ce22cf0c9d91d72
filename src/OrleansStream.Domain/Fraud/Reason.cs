namespace OrleansStream.Domain.Fraud;

/// <summary>One rule's part in a decision.</summary>
/// <param name="Code">Which rule.</param>
/// <param name="Score">The rule's own weight, 0–100, before scores are combined.</param>
/// <param name="Detail">One line for an analyst, invariant culture.</param>
/// <param name="Observed">What was measured, in the unit of <paramref name="Threshold"/>; always finite.</param>
/// <param name="Threshold">The limit it was measured against.</param>
[GenerateSerializer, Alias("OrleansStream.Fraud.Reason"), Immutable]
public sealed record Reason(
    [property: Id(0)] ReasonCode Code,
    [property: Id(1)] int Score,
    [property: Id(2)] string Detail,
    [property: Id(3)] double Observed,
    [property: Id(4)] double Threshold);
