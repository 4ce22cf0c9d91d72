using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansStream.Web.Gateway;

/// <summary>A decision.</summary>
public sealed record DecisionItem(
    string Id, string TransactionId, string CardId, string Outcome, int Score, IReadOnlyList<DecisionReason> Reasons, DateTimeOffset Time, DateTimeOffset DecidedAt, double LatencyMs, string? Position = null);

public sealed record DecisionReason(string Code, string Detail, double Score = 0);

/// <summary>A transaction as it is posted.</summary>
public sealed record CardUse(string Id, string CardId, decimal Amount, string Currency, DateTimeOffset Time, CardShop Merchant, CardPlace Location, string DeviceId, string Channel);

public sealed record CardShop(string Id, string Name, string Category, string Country);

public sealed record CardPlace(double Lat, double Lon, string? Country);

/// <summary><c>GET /v1/cards/{cardId}</c>.</summary>
public sealed record CardProfile(
    string CardId, long TransactionCount, CardAmounts? Amount, DateTimeOffset? FirstTransactionAt, DateTimeOffset? LastTransactionAt, IReadOnlyList<CardDevice>? Devices, long ConfirmedFrauds);

public sealed record CardAmounts(double Mean, double Deviation, double Total);

public sealed record CardDevice(string Id, DateTimeOffset FirstSeen, DateTimeOffset LastSeen);

/// <summary><c>GET /v1/cards/{cardId}/transactions</c>.</summary>
public sealed record CardHistory(IReadOnlyList<CardStep> Items, string? Next);

/// <param name="Transaction">Null when the log has it no more.</param>
/// <param name="Decision">What was decided.</param>
public sealed record CardStep(CardTransaction? Transaction, DecisionItem Decision);

/// <summary>A transaction as it was handed in: only what is required is sure to be there.</summary>
public sealed record CardTransaction(decimal Amount, string? Currency, CardMerchant? Merchant, CardPlace? Location, string? DeviceId, string? Channel);

public sealed record CardMerchant(string? Id, string? Name, string? Category, string? Country);

/// <summary><c>GET …/explanation</c>.</summary>
public sealed record DecisionExplanation(DecisionItem Decision, bool? Identical, bool RulesetExpired, double? PriorLogOdds, IReadOnlyList<RulePart> Rules, CardProfile? ProfileBefore, bool HistoryExpired);

public sealed record RulePart(string Code, bool Applies, double LogOdds, double Observed, double Threshold, string Detail);

/// <summary>The rules in force, and the tag that a change must carry.</summary>
public sealed record RulesInForce(JsonObject Document, string Tag);

public sealed record RulesetVersions(IReadOnlyList<RulesetVersion> Items);

public sealed record RulesetVersion(int Version, string Id, DateTimeOffset? Since, string? Note, bool Active);

/// <summary><c>GET /v1/rules/fraud/shadow</c>.</summary>
public sealed record RulesShadow(JsonElement Ruleset, DateTimeOffset? Since, long Compared, long Differing, IReadOnlyList<ShadowDifference> Items);

public sealed record ShadowDifference(string TransactionId, string CardId, DateTimeOffset Time, string Outcome, int Score, string ShadowOutcome, int ShadowScore);

/// <summary>What a backtest found.</summary>
public sealed record BacktestResult(long Transactions, BacktestQuality Baseline, BacktestQuality Candidate, long Flipped, IReadOnlyDictionary<string, long> FlippedBy, IReadOnlyList<BacktestFlip> Flips);

public sealed record BacktestQuality(long Alerts, long Declines, double? Precision, double? Recall);

public sealed record BacktestFlip(string TransactionId, string CardId, string From, string To);

/// <summary><c>GET /v1/cases</c>.</summary>
public sealed record CaseList(IReadOnlyList<FraudCase> Items);

public sealed record FraudCase(string Id, string TransactionId, string CardId, string Status, int Score, IReadOnlyList<string> Reasons, DateTimeOffset Time, DateTimeOffset OpenedAt, string? Note);

public sealed record CaseClosing(string Status, string? Note);
