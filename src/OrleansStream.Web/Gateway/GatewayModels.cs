namespace OrleansStream.Web.Gateway;

/// <summary><c>GET /v1/demo</c>.</summary>
public sealed record DemoState(bool Running, string Scenario, double RatePerSecond, bool Asked, long Events, string? Reason);

public sealed record DemoRequest(string Scenario, double RatePerSecond, bool WhileWatched);

/// <summary><c>GET /v1/pipeline</c>.</summary>
public sealed record PipelineFigures(long Ingested, long Processed, long Lag, double RatePerSecond, StreamFigures Stream, BatchFigures Batch, bool CatchingUp = false);

public sealed record StreamFigures(long Count, LatencyFigures LatencyMs);

public sealed record LatencyFigures(double? P50, double? P99, int WindowSeconds);

public sealed record BatchFigures(long Count, double IntervalSeconds, DateTimeOffset? LastRunAt, double StalenessSeconds, long LastAdded, long Polls, long EmptyPolls);

/// <summary>A frame <c>processed</c> of the pipeline's event stream.</summary>
public sealed record ProcessedFrame(IReadOnlyList<ProcessedRecord> Records);

public sealed record ProcessedRecord(string Position, System.Text.Json.JsonElement? Output);

/// <summary>A frame <c>ingested</c>.</summary>
public sealed record IngestedFrame(int Every);

/// <summary>An error of the API.</summary>
public sealed record ProblemText(string? Detail, IReadOnlyList<ProblemPart>? Errors);

/// <param name="Id">Which part: a field of a document, the id of a record.</param>
/// <param name="Code">For programs.</param>
/// <param name="Detail">For people.</param>
public sealed record ProblemPart(string? Id, string Code, string Detail);

/// <summary>An answer to records that were handed in: where the only one stands.</summary>
public sealed record IngestAnswer(string? Id, string? Position);
