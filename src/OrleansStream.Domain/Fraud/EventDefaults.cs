namespace OrleansStream.Domain.Fraud;

/// <summary>What surrounds a record's JSON: the values the gateway assigned and the log header carries.</summary>
/// <param name="Id">The id when the JSON has none; empty when the caller assigns one afterwards.</param>
/// <param name="Time">The event time when the JSON has none.</param>
/// <param name="LatestAllowedTime">Event times after it are <c>time-in-future</c>; null leaves time unchecked (the grain: no clock).</param>
/// <param name="CardId">The card when the JSON has none: a CloudEvent's partition key or subject.</param>
public readonly record struct EventDefaults(
    string? Id = null, DateTimeOffset? Time = null, DateTimeOffset? LatestAllowedTime = null, string? CardId = null);
