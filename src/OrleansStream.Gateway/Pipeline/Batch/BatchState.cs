using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Pipeline.Batch;

/// <summary>What the batch job knows: its count and how far it has read, one write, so that a restart neither loses nor doubles a record.</summary>
internal sealed record BatchState
{
    /// <summary>Records that batches have counted.</summary>
    public long Count { get; init; }

    public long Polls { get; init; }

    /// <summary>Polls that found nothing new.</summary>
    public long EmptyPolls { get; init; }

    /// <summary>Records that were read; those a batch left to the next one count each time.</summary>
    public long RecordsScanned { get; init; }

    /// <summary>The moment that the last run fixed as its end.</summary>
    public DateTimeOffset? LastRunAt { get; init; }

    /// <summary>What the last batch that found something added to the count.</summary>
    public long LastAdded { get; init; }

    public double IntervalSeconds { get; init; }

    /// <summary>The next offset of each partition, by <c>topic/partition</c>.</summary>
    public ImmutableDictionary<string, long> Positions { get; init; } = ImmutableDictionary<string, long>.Empty;

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, BatchStateJson.Default.BatchState);

    /// <exception cref="JsonException">The bytes are no such state.</exception>
    public static BatchState Decode(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize(bytes, BatchStateJson.Default.BatchState) ?? throw new JsonException("There is no state in it.");

    /// <summary>True when the state is of a log that had more than this one.</summary>
    public bool IsOfAnotherLog(IEventLog log) => Positions.Any(p =>
        TopicPartition.Parse(p.Key) is var partition && log.Topics.GetValueOrDefault(partition.Topic) > partition.Partition && p.Value > log.Watermarks(partition).High);
}

[JsonSerializable(typeof(BatchState))]
internal sealed partial class BatchStateJson : JsonSerializerContext;
