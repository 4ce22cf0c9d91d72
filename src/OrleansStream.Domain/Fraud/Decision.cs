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

    /// <summary>What the score stands for: log-odds of fraud. NaN in decisions of before.</summary>
    [Id(8)]
    public double LogOdds { get; init; } = double.NaN;

    /// <summary>Everything the rules saw; null in decisions of before.</summary>
    [Id(9)]
    public FraudInputs? Inputs { get; init; }

    /// <summary>What the shadow rule set would have decided; null without one.</summary>
    [Id(10)]
    public ShadowDecision? Shadow { get; init; }

    /// <summary>Now and then the profile before the transaction, so that others can be rebuilt from it.</summary>
    [Id(11)]
    public CardProfile? Snapshot { get; init; }

    /// <summary>What the transaction told by itself, in thousandths of log-odds: it is in the profile since.</summary>
    [Id(12)]
    public int Evidence { get; init; }

    /// <summary>Declined by the issuer: the amount is in no habit of the card. False in decisions of before, whose amounts all were.</summary>
    [Id(13)]
    public bool Withheld { get; init; }

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
        && Time == other.Time
        && LogOdds.Equals(other.LogOdds)
        && Equals(Inputs, other.Inputs)
        && Equals(Shadow, other.Shadow)
        && Evidence == other.Evidence
        && Withheld == other.Withheld;

    public override int GetHashCode() => HashCode.Combine(TransactionId, CardId, Outcome, Score, RulesetId, RulesetVersion, Time);
}

/// <summary>What another rule set would have decided about the same.</summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.ShadowDecision"), Immutable]
public sealed record ShadowDecision
{
    [Id(0)]
    public required string RulesetId { get; init; }

    [Id(1)]
    public required int RulesetVersion { get; init; }

    [Id(2)]
    public required Outcome Outcome { get; init; }

    [Id(3)]
    public required int Score { get; init; }

    [Id(4)]
    public required ImmutableArray<Reason> Reasons { get; init; }

    [Id(5)]
    public required double LogOdds { get; init; }

    public bool Equals(ShadowDecision? other) =>
        other is not null
        && (RulesetId, RulesetVersion, Outcome, Score, LogOdds) == (other.RulesetId, other.RulesetVersion, other.Outcome, other.Score, other.LogOdds)
        && Reasons.AsSpan().SequenceEqual(other.Reasons.AsSpan());

    public override int GetHashCode() => HashCode.Combine(RulesetId, RulesetVersion, Outcome, Score);
}
