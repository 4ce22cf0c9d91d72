using Orleans.Concurrency;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Processing;

/// <summary>
/// The grain of one key: its partition grain applies records, everybody else asks. Answers show only what is durable; with a minimal offset they
/// wait until the key has applied it, at most the given time.
/// </summary>
[Alias("OrleansStream.IKeyedStreamGrain")]
public interface IKeyedStreamGrain : IGrainWithStringKey
{
    /// <summary>How long a query's answer may take. A silo that dies takes calls with it, and who asks again is answered by the next: soon, not after Orleans' 30 s.</summary>
    const string QueryTimeout = "00:00:06";

    /// <summary>
    /// Applies records of this key in order, skips those applied before, and answers without waiting for durability.
    /// </summary>
    /// <returns>The checkpoint epoch that makes the effect durable and publishes the outputs.</returns>
    /// <exception cref="RecordGapException">The key has not applied the record before the first: nothing was done.</exception>
    /// <exception cref="OwnerSupersededException">A later owner of the partition has called: nothing was done.</exception>
    [Alias("Apply")]
    ValueTask<EpochToken> Apply(KeyBatch batch);

    /// <summary>
    /// Publishes the outputs of records applied before once more, under their old ids. Changes nothing of the key.
    /// </summary>
    /// <returns>How many of the records were applied, and how many outputs went out.</returns>
    [AlwaysInterleave]
    [Alias("Replay")]
    ValueTask<ReplayAnswer> Replay(TopicPartition partition, long[] offsets);

    /// <summary>The state; null when the key was never seen.</summary>
    /// <exception cref="StateUnreadableException">The stored state cannot be read by this code.</exception>
    [AlwaysInterleave]
    [ResponseTimeout(QueryTimeout)]
    [Alias("GetState")]
    ValueTask<KeyState?> GetState();

    /// <summary>False when the key has not applied the offset within the time.</summary>
    [AlwaysInterleave]
    [Alias("WaitUntilApplied")]
    ValueTask<bool> WaitUntilApplied(long offset, TimeSpan wait);

    /// <summary>
    /// Whether the activation knows all that is stored of the key. While silos come and go a key may have two for a while, and one that applies nothing any more does not notice:
    /// it is told here, goes, and whoever asks again finds one that knows. To be asked where a partition's watermark, not the key itself, says that a position is reached.
    /// </summary>
    [AlwaysInterleave]
    [ResponseTimeout(QueryTimeout)]
    [Alias("IsCurrent")]
    ValueTask<bool> IsCurrent();

    /// <summary>Outputs of records before the offset, newest first; -1 for the newest.</summary>
    [AlwaysInterleave]
    [ResponseTimeout(QueryTimeout)]
    [Alias("ListOutputs")]
    ValueTask<KeyOutputs> ListOutputs(long beforeOffset, int limit);

    /// <summary>The output with this id, the newest if there are several; null when there is none.</summary>
    [AlwaysInterleave]
    [ResponseTimeout(QueryTimeout)]
    [Alias("FindOutput")]
    ValueTask<KeyOutput?> FindOutput(string id);

    /// <summary>The output with this id as it is stored, for services of the processor's own that look behind what is shown; null when there is none.</summary>
    [AlwaysInterleave]
    [Alias("FindEntry")]
    ValueTask<OutputEntry?> FindEntry(string id);

    /// <summary>Outputs of records before the offset as they are stored, newest first; -1 for the newest.</summary>
    [AlwaysInterleave]
    [Alias("ListEntries")]
    ValueTask<IReadOnlyList<OutputEntry>> ListEntries(long beforeOffset, int limit);

    /// <summary>What became of the record at the offset, waiting until it is durable.</summary>
    [AlwaysInterleave]
    [Alias("WaitForOutcome")]
    ValueTask<RecordOutcome> WaitForOutcome(long offset, TimeSpan wait);
}

/// <summary>What waits for a key, in order.</summary>
/// <param name="Partition">Where the records come from.</param>
/// <param name="Watermark">Everything of the partition before this offset is durable and its outputs are published.</param>
/// <param name="Owner">Counts the owners of the partition; the grain obeys the latest.</param>
/// <param name="Previous">The record of this key before the first one, when it is not known to be durable; -1 when it is, or when there is none.</param>
/// <param name="Records">At least one, offsets ascending.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.KeyBatch")]
public sealed record KeyBatch(
    [property: Id(0)] TopicPartition Partition, [property: Id(1)] long Watermark, [property: Id(2)] long Owner, [property: Id(3)] long Previous,
    [property: Id(4)] LogRecord[] Records);

/// <param name="Applied">Records that the key had applied.</param>
/// <param name="Published">Outputs and dead letters that went out again.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.ReplayAnswer")]
public readonly record struct ReplayAnswer([property: Id(0)] int Applied, [property: Id(1)] int Published);

/// <param name="Position">The last position that the state contains.</param>
/// <param name="Json">The state as the processor shows it, UTF-8.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.KeyState")]
public sealed record KeyState([property: Id(0)] Position Position, [property: Id(1)] byte[] Json);

/// <param name="Position">The place of the record that made it.</param>
/// <param name="Time">When that happened.</param>
/// <param name="Json">The output as the processor shows it, UTF-8.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.KeyOutput")]
public sealed record KeyOutput([property: Id(0)] Position Position, [property: Id(1)] DateTimeOffset Time, [property: Id(2)] byte[] Json);

/// <summary>One page of outputs.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="NextBefore">The offset to go on from; -1 at the end.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.KeyOutputs")]
public sealed record KeyOutputs([property: Id(0)] IReadOnlyList<KeyOutput> Items, [property: Id(1)] long NextBefore);

/// <summary>The outcome of waiting for one record.</summary>
/// <param name="Applied">False when time ran out.</param>
/// <param name="Output">Its first output; null when it made none.</param>
/// <param name="DeadLetter">The dead letter's JSON when it could not be applied.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.RecordOutcome")]
public sealed record RecordOutcome([property: Id(0)] bool Applied, [property: Id(1)] KeyOutput? Output, [property: Id(2)] byte[]? DeadLetter);
