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
    [Id(8)] public IReadOnlyList<DecisionView> Shadow { get; init; } = [];

    /// <summary>Where the transaction stands in the log.</summary>
    [Id(9)] public required string Position { get; init; }

    /// <summary>When the transaction happened.</summary>
    [Id(10)] public required DateTimeOffset Time { get; init; }

    [Id(11)] public required DateTimeOffset DecidedAt { get; init; }

    /// <summary>From hand-in to decision, in milliseconds; the decision's own commit comes on top for who waits.</summary>
    [Id(12)] public required double LatencyMs { get; init; }

    public static DecisionView Of(Decision decision, in OutputOrigin<FraudFacts> origin) => new()
    {
        Id = DecisionId.For(decision.CardId, origin.Source, decision.TransactionId),
        TransactionId = decision.TransactionId,
        CardId = decision.CardId,
        Outcome = decision.Outcome.ToWireName(),
        Score = decision.Score,
        Reasons = [.. decision.Reasons.Select(r => new ReasonView(r.Code.ToCode(), r.Score, r.Detail, r.Observed, r.Threshold))],
        Ruleset = new RulesetReference(decision.RulesetId, decision.RulesetVersion),
        Facts = new FactsView(origin.Facts.MerchantRisk),
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
    [property: Id(4)] double Threshold);

/// <summary>Which rules decided.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.RulesetReference")]
public sealed record RulesetReference([property: Id(0)] string Id, [property: Id(1)] int Version);

/// <summary>What was known from other keys when it was decided.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.FactsView")]
public sealed record FactsView([property: Id(0)] double MerchantRisk);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DecisionView))]
[JsonSerializable(typeof(CardProfileView))]
internal sealed partial class CardJson : JsonSerializerContext;
