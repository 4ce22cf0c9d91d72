using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansStream.Gateway.Pipeline;

/// <summary>The pipeline's figures.</summary>
internal sealed record PipelineView
{
    /// <summary>Records handed in, of all processors.</summary>
    public required long Ingested { get; init; }

    /// <summary>Those of them that are processed.</summary>
    public required long Processed { get; init; }

    /// <summary>Those that are not.</summary>
    public required long Lag { get; init; }

    /// <summary>Records handed in per second, over the last five.</summary>
    public required double RatePerSecond { get; init; }

    public required StreamView Stream { get; init; }

    public required BatchView Batch { get; init; }

    /// <summary>True while records that stood in the log at the start are still being counted.</summary>
    public bool? CatchingUp { get; init; }
}

/// <summary>What the stream knows.</summary>
internal sealed record StreamView(long Count, LatencyView LatencyMs);

/// <summary>From hand-in to published output, over the last <paramref name="WindowSeconds"/> in which there were any; null before the first.</summary>
internal sealed record LatencyView(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? P50, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? P99, int WindowSeconds);

/// <summary>What the batch job knows.</summary>
internal sealed record BatchView
{
    /// <summary>Records that batches have counted.</summary>
    public required long Count { get; init; }

    public required double IntervalSeconds { get; init; }

    /// <summary>Null before the first run.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public required DateTimeOffset? LastRunAt { get; init; }

    /// <summary>The age of the oldest record that no batch has seen; 0 when there is none.</summary>
    public required double StalenessSeconds { get; init; }

    public required long Polls { get; init; }

    /// <summary>Polls that found nothing new.</summary>
    public required long EmptyPolls { get; init; }

    public required long RecordsScanned { get; init; }

    /// <summary>What the last batch that found something added.</summary>
    public required long LastAdded { get; init; }
}

/// <summary>A frame <c>ingested</c>: one in <paramref name="Every"/> records that were handed in.</summary>
internal sealed record IngestedFrame(int Every, IReadOnlyList<IngestedRecord> Records);

/// <summary>A record that was handed in just now.</summary>
internal sealed record IngestedRecord(string Position, string Key, DateTimeOffset ReceivedAt);

/// <summary>A frame <c>processed</c>: what became of records of <c>ingested</c> frames.</summary>
internal sealed record ProcessedFrame(IReadOnlyList<ProcessedRecord> Records);

/// <summary>A record that was processed just now.</summary>
/// <param name="Position">The record's.</param>
/// <param name="LatencyMs">From hand-in to published output; missing when it had none.</param>
/// <param name="Labels">What the output's event stream can be filtered by, for example its outcome.</param>
/// <param name="Output">The output, of ten a second.</param>
internal sealed record ProcessedRecord(string Position, double? LatencyMs, IReadOnlyDictionary<string, string>? Labels, JsonElement? Output);

/// <summary>A frame <c>batch</c>: a batch found something.</summary>
internal sealed record BatchFrame(
    DateTimeOffset RunAt, DateTimeOffset FinishedAt, long Added, long Count, double IntervalSeconds, IReadOnlyDictionary<string, ImmutableArray<long>> Positions);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PipelineView))]
[JsonSerializable(typeof(IngestedFrame))]
[JsonSerializable(typeof(ProcessedFrame))]
[JsonSerializable(typeof(BatchFrame))]
internal sealed partial class PipelineJson : JsonSerializerContext;
