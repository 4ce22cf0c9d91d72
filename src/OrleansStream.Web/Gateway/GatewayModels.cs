using System.Text.Json.Serialization;

namespace OrleansStream.Web.Gateway;

/// <summary><c>GET /v1/demo</c>.</summary>
public sealed record DemoState(bool Running, string Scenario, double RatePerSecond, bool Asked, long Events, string? Reason);

public sealed record DemoRequest(string Scenario, double RatePerSecond, bool WhileWatched);

/// <summary><c>GET /v1/pipeline</c>.</summary>
public sealed record PipelineFigures(long Ingested, long Processed, long Lag, double RatePerSecond, StreamFigures Stream, BatchFigures Batch, bool CatchingUp = false);

public sealed record StreamFigures(long Count, LatencyFigures LatencyMs);

public sealed record LatencyFigures(double? P50, double? P99, int WindowSeconds);

public sealed record BatchFigures(long Count, double IntervalSeconds, DateTimeOffset? LastRunAt, double StalenessSeconds, long LastAdded, long Polls, long EmptyPolls);

/// <summary>A decision, as far as the list shows it.</summary>
public sealed record DecisionItem(string Id, string TransactionId, string CardId, string Outcome, int Score, IReadOnlyList<DecisionReason> Reasons, DateTimeOffset DecidedAt, double LatencyMs);

public sealed record DecisionReason(string Code, string Detail);

/// <summary>A frame <c>processed</c> of the pipeline's event stream.</summary>
public sealed record ProcessedFrame(IReadOnlyList<ProcessedRecord> Records);

public sealed record ProcessedRecord(string Position, System.Text.Json.JsonElement? Output);

/// <summary>A frame <c>ingested</c>.</summary>
public sealed record IngestedFrame(int Every);

/// <summary>A transaction as it is posted.</summary>
public sealed record CardUse(string Id, string CardId, decimal Amount, string Currency, DateTimeOffset Time, CardShop Merchant, CardPlace Location, string DeviceId, string Channel);

public sealed record CardShop(string Id, string Name, string Category, string Country);

public sealed record CardPlace(double Lat, double Lon, string Country);

/// <summary>An error of the API.</summary>
public sealed record ProblemText(string? Detail);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DemoState))]
[JsonSerializable(typeof(DemoRequest))]
[JsonSerializable(typeof(PipelineFigures))]
[JsonSerializable(typeof(DecisionItem))]
[JsonSerializable(typeof(ProcessedFrame))]
[JsonSerializable(typeof(IngestedFrame))]
[JsonSerializable(typeof(CardUse))]
[JsonSerializable(typeof(ProblemText))]
internal sealed partial class GatewayJson : JsonSerializerContext;
