using System.Collections.Immutable;

namespace OrleansStream.Gateway.Pipeline.Batch;

/// <summary>One run of the batch job that found something.</summary>
/// <param name="RunAt">What came later is the next run's.</param>
/// <param name="FinishedAt">When its result was there.</param>
/// <param name="Added">What it added to the count.</param>
/// <param name="Count">The count after it.</param>
/// <param name="IntervalSeconds">The interval it ran at.</param>
/// <param name="Positions">The next offset of each partition, by topic: what lies before it some batch has seen.</param>
internal sealed record BatchRun(
    DateTimeOffset RunAt, DateTimeOffset FinishedAt, long Added, long Count, double IntervalSeconds, IReadOnlyDictionary<string, ImmutableArray<long>> Positions);

/// <summary>How the batch job stands.</summary>
/// <param name="State">Its count and how far it has read.</param>
/// <param name="Staleness">The age of the oldest record that no batch has seen; zero when there is none.</param>
/// <param name="Unseen">Offsets that no batch has seen; where the log has holes an upper bound of the records.</param>
internal sealed record BatchStanding(BatchState State, TimeSpan Staleness, long Unseen);
