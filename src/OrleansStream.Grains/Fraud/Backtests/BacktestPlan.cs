using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansStream.Grains.Fraud.Backtests;

/// <summary>What a backtest does, fixed when it is asked for.</summary>
/// <param name="Ruleset">The document to try.</param>
/// <param name="Baseline">The document in force, and its version.</param>
/// <param name="BaselineVersion">Its version.</param>
/// <param name="From">Decides about transactions that happened at or after this time; null for all.</param>
/// <param name="To">And before this one.</param>
/// <param name="Ends">Per partition of the topic of transactions, the end of the log when it was asked for.</param>
internal sealed record BacktestPlan(JsonElement Ruleset, JsonElement Baseline, int BaselineVersion, DateTimeOffset? From, DateTimeOffset? To, long[] Ends)
{
    public string ToJson() => JsonSerializer.Serialize(this, BacktestJson.Default.BacktestPlan);

    public static BacktestPlan FromJson(string json) => JsonSerializer.Deserialize(json, BacktestJson.Default.BacktestPlan)!;
}

/// <summary>What a backtest found.</summary>
public sealed record BacktestResult
{
    /// <summary>Transactions decided about.</summary>
    public long Transactions { get; init; }

    /// <summary>The version in force that it is compared to.</summary>
    public int BaselineVersion { get; init; }
    public required BacktestQuality Baseline { get; init; }
    public required BacktestQuality Candidate { get; init; }

    /// <summary>Decisions that would have another outcome.</summary>
    public long Flipped { get; init; }

    /// <summary>How many of each kind, as <c>approve→review</c>.</summary>
    public required IReadOnlyDictionary<string, long> FlippedBy { get; init; }

    /// <summary>XXH3 over all flips in order: equal for equal flips.</summary>
    public required string FlippedHash { get; init; }

    /// <summary>The first 100, in the order of the log.</summary>
    public required IReadOnlyList<FlippedDecision> Flips { get; init; }
}

/// <param name="Alerts">Transactions reviewed or declined.</param>
/// <param name="Declines">Of these, declined.</param>
/// <param name="Frauds">Transactions labelled as fraud.</param>
/// <param name="Precision">Of the alerts, the share labelled as fraud: what nobody labelled counts as genuine. Null without labels or alerts.</param>
/// <param name="Recall">Of the frauds, the share alerted. Null without frauds.</param>
/// <param name="AlertRate">Alerts per transaction.</param>
public sealed record BacktestQuality(long Alerts, long Declines, long Frauds, double? Precision, double? Recall, double AlertRate);

/// <summary>A decision that would have been another.</summary>
public sealed record FlippedDecision(string TransactionId, string CardId, DateTimeOffset Time, string From, int FromScore, string To, int ToScore);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BacktestPlan))]
[JsonSerializable(typeof(BacktestResult))]
internal sealed partial class BacktestJson : JsonSerializerContext;
