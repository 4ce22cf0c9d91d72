using System.Collections.Immutable;

namespace OrleansStream.Domain.Fraud;

/// <summary>
/// What was decided about one transaction, once, in log order, with everything needed to explain it. A late
/// event never rewrites it.
/// </summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.Decision"), Immutable]
public sealed record Decision
{
    [Id(0)]
    public required string TransactionId { get; init; }

    [Id(1)]
    public required string CardId { get; init; }

    [Id(2)]
    public required Outcome Outcome { get; init; }

    /// <summary>Combined suspicion, 0–100.</summary>
    [Id(3)]
    public required int Score { get; init; }

    /// <summary>The rules that spoke, in the order they are evaluated; empty when none did.</summary>
    [Id(4)]
    public required ImmutableArray<Reason> Reasons { get; init; }

    [Id(5)]
    public required string RulesetId { get; init; }

    [Id(6)]
    public required int RulesetVersion { get; init; }

    /// <summary>The transaction's event time.</summary>
    [Id(7)]
    public required DateTimeOffset Time { get; init; }

    // Written out because ImmutableArray compares by reference, and equal decisions must be equal.
    public bool Equals(Decision? other) =>
        other is not null
        && TransactionId == other.TransactionId
        && CardId == other.CardId
        && Outcome == other.Outcome
        && Score == other.Score
        && Reasons.AsSpan().SequenceEqual(other.Reasons.AsSpan())
        && RulesetId == other.RulesetId
        && RulesetVersion == other.RulesetVersion
        && Time == other.Time;

    public override int GetHashCode() => HashCode.Combine(TransactionId, CardId, Outcome, Score, RulesetId, RulesetVersion, Time);
}
