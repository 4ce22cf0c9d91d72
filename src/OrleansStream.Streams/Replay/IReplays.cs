using System.Collections.Immutable;
using OrleansStream.Streams.Jobs;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Replay;

/// <summary>Replays that an operator asks for.</summary>
public interface IReplays
{
    /// <summary>Judges the request, fixes what it means now in offsets, and queues it as a job.</summary>
    /// <exception cref="LogOverloadedException">Too many jobs wait already.</exception>
    Task<ReplayStarted> StartAsync(ReplayRequest request, CancellationToken cancellationToken = default);
}

/// <summary>
/// What to replay, to whom. A key or a processor's group gets each record again by its keys' grains: what was applied stays as it is, its outputs go out once more
/// under their old ids. A read model is emptied and rebuilt.
/// </summary>
/// <param name="Topic">The topic.</param>
/// <param name="From">
/// <c>topic:partition:offset</c>, the first record, of that partition only; or an RFC 3339 time, the first records handed in at or after it, of all partitions; or
/// <c>earliest</c>.
/// </param>
/// <param name="To"><c>topic:partition:offset</c>, the last record, of that partition only; or a time, before which the last ones were handed in; null for the head of the log now.</param>
/// <param name="Target">A consumer group or a key; <c>group:</c> or <c>key:</c> in front says which.</param>
public sealed record ReplayRequest(string? Topic, string? From, string? To, string? Target);

/// <param name="Job">The job; null when the request is not valid.</param>
/// <param name="Errors">Everything that is wrong with it.</param>
public readonly record struct ReplayStarted(Job? Job, ImmutableArray<EventError> Errors);
