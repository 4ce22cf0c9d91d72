using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Fraud;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Cards;

/// <summary>A decision as callers, the decision topic and the event stream see it.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.DecisionView")]
public sealed record DecisionView
{
    /// <summary>Derived from card, source and transaction id: the same however often the decision is sent.</summary>
    [Id(0)] public required string Id { get; init; }

    [Id(1)] public required string TransactionId { get; init; }
    [Id(2)] public required string CardId { get; init; }

    /// <summary><c>approve</c>, <c>review</c> or <c>decline</c>.</summary>
    [Id(3)] public required string Outcome { get; init; }

    /// <summary>0–100.</summary>
    [Id(4)] public required int Score { get; init; }

    [Id(5)] public required IReadOnlyList<ReasonView> Reasons { get; init; }
    [Id(6)] public required RulesetReference Ruleset { get; init; }
    [Id(7)] public required FactsView Facts { get; init; }

    /// <summary>What shadow rule sets would have decided.</summary>
    [Id(8)] public IReadOnlyList<ShadowView> Shadow { get; init; } = [];

    /// <summary>Where the transaction stands in the log.</summary>
    [Id(9)] public required string Position { get; init; }

    /// <summary>When the transaction happened.</summary>
    [Id(10)] public required DateTimeOffset Time { get; init; }

    [Id(11)] public required DateTimeOffset DecidedAt { get; init; }

    /// <summary>From hand-in to decision, in milliseconds; the decision's own commit comes on top for who waits.</summary>
    [Id(12)] public required double LatencyMs { get; init; }

    /// <summary>The log-odds of fraud that the score stands for: finer than the score.</summary>
    [Id(13)] public double? LogOdds { get; init; }

    public static DecisionView Of(Decision decision, in OutputOrigin<FraudFacts> origin) => new()
    {
        Id = DecisionId.For(decision.CardId, origin.Source, decision.TransactionId),
        TransactionId = decision.TransactionId,
        CardId = decision.CardId,
        Outcome = decision.Outcome.ToWireName(),
        Score = decision.Score,
        Reasons = [.. decision.Reasons.Select(ReasonView.Of)],
        Ruleset = new RulesetReference(decision.RulesetId, decision.RulesetVersion),
        Facts = FactsView.Of(origin.Facts),
        Shadow = decision.Shadow is { } shadow ? [ShadowView.Of(shadow)] : [],
        LogOdds = double.IsFinite(decision.LogOdds) ? Math.Round(decision.LogOdds, 4) : null,
        Position = origin.Position.ToString(),
        Time = decision.Time,
        DecidedAt = origin.DecidedAt,
        LatencyMs = Math.Round(Math.Max(0, (origin.DecidedAt - origin.ReceivedAt).TotalMilliseconds), 2),
    };

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, CardJson.Default.DecisionView);
}

/// <summary>One rule's part in a decision.</summary>
/// <param name="Code">For example <c>IMPOSSIBLE_TRAVEL</c>.</param>
/// <param name="Score">0–100.</param>
/// <param name="Detail">For people.</param>
/// <param name="Observed">What was measured.</param>
/// <param name="Threshold">What it was measured against, same unit.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.ReasonView")]
public sealed record ReasonView(
    [property: Id(0)] string Code, [property: Id(1)] int Score, [property: Id(2)] string Detail, [property: Id(3)] double Observed,
    [property: Id(4)] double Threshold)
{
    public static ReasonView Of(Reason reason) => new(reason.CodeText, reason.Score, reason.Detail, reason.Observed, reason.Threshold);
}

/// <summary>What another rule set would have decided.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.ShadowView")]
public sealed record ShadowView(
    [property: Id(0)] RulesetReference Ruleset, [property: Id(1)] string Outcome, [property: Id(2)] int Score, [property: Id(3)] IReadOnlyList<ReasonView> Reasons)
{
    public static ShadowView Of(ShadowDecision shadow) => new(
        new RulesetReference(shadow.RulesetId, shadow.RulesetVersion), shadow.Outcome.ToWireName(), shadow.Score, [.. shadow.Reasons.Select(ReasonView.Of)]);
}

/// <summary>Which rules decided.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.RulesetReference")]
public sealed record RulesetReference([property: Id(0)] string Id, [property: Id(1)] int Version);

/// <summary>What was known from other keys when it was decided.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.FactsView")]
public sealed record FactsView([property: Id(0)] double MerchantRisk)
{
    [Id(1)] public double MerchantLogOdds { get; init; }
    [Id(2)] public double TerminalLogOdds { get; init; }
    [Id(3)] public double AmountLogOdds { get; init; }
    [Id(4)] public double CategoryLogOdds { get; init; }
    [Id(5)] public int MerchantFrauds { get; init; }
    [Id(6)] public int TerminalFrauds { get; init; }
    [Id(7)] public int OtherCardsOnDevice { get; init; }
    [Id(8)] public int DeviceFrauds { get; init; }

    public static FactsView Of(FraudFacts facts) => new(facts.MerchantRisk)
    {
        MerchantLogOdds = Round(facts.MerchantLogOdds), TerminalLogOdds = Round(facts.TerminalLogOdds), AmountLogOdds = Round(facts.AmountLogOdds),
        CategoryLogOdds = Round(facts.CategoryLogOdds), MerchantFrauds = facts.MerchantFrauds, TerminalFrauds = facts.TerminalFrauds,
        OtherCardsOnDevice = facts.OtherCardsOnDevice, DeviceFrauds = facts.DeviceFrauds,
    };

    private static double Round(float value) => Math.Round((double)value, 3);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DecisionView))]
[JsonSerializable(typeof(CardProfileView))]
internal sealed partial class CardJson : JsonSerializerContext;
