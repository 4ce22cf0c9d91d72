using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansStream.Streams.Jobs;

/// <summary>Work that goes on after the request that asked for it was answered. It survives restarts; its progress is what was stored last, or newer.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.Job")]
public sealed record Job
{
    /// <summary>Assigned; ids of later jobs sort after those of earlier ones.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary><c>replay</c>, <c>redrive</c>, …</summary>
    [Id(1)] public required string Kind { get; init; }

    /// <summary>One of <see cref="JobStatus"/>.</summary>
    [Id(2)] public string Status { get; init; } = JobStatus.Queued;

    /// <summary>The topic it works on; null for all.</summary>
    [Id(3)] public string? Topic { get; init; }

    /// <summary>Whom it works for, as asked for.</summary>
    [Id(4)] public string? Target { get; init; }

    /// <summary>Where it starts, as asked for.</summary>
    [Id(5)] public string? From { get; init; }

    /// <summary>Where it ends, as asked for; null for the head of the log when it was asked for.</summary>
    [Id(6)] public string? To { get; init; }

    [Id(7)] public DateTimeOffset CreatedAt { get; init; }

    [Id(8)] public DateTimeOffset? StartedAt { get; init; }

    [Id(9)] public DateTimeOffset? EndedAt { get; init; }

    [Id(10)] public JobProgress Progress { get; init; }

    /// <summary>Why it failed.</summary>
    [Id(11)] public string? Error { get; init; }

    /// <summary>What it found, as JSON of its kind's own; null while it has found nothing. The list of jobs leaves it out.</summary>
    [Id(12), JsonConverter(typeof(RawJson))]
    public string? Result { get; init; }

    [JsonIgnore]
    public bool IsFinished => Status is JobStatus.Completed or JobStatus.Failed or JobStatus.Cancelled;
}

/// <summary>Where a job stands.</summary>
public static class JobStatus
{
    public const string Queued = "queued";
    public const string Running = "running";
    public const string Completed = "completed";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";
}

/// <summary>How far a job is.</summary>
/// <param name="Total">Offsets or records to go through.</param>
/// <param name="Scanned">Of these, gone through.</param>
/// <param name="Delivered">Records handed on.</param>
/// <param name="Applied">Of these, records that their key had applied.</param>
/// <param name="Published">Outputs that went out again.</param>
/// <param name="Skipped">Of those scanned, what was there no more.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.JobProgress")]
public readonly record struct JobProgress(
    [property: Id(0)] long Total, [property: Id(1)] long Scanned, [property: Id(2)] long Delivered, [property: Id(3)] long Applied,
    [property: Id(4)] long Published, [property: Id(5)] long Skipped)
{
    /// <summary>0 to 100, one decimal.</summary>
    public double Percent => Total == 0 ? 100 : Math.Floor(1000.0 * Math.Min(Scanned, Total) / Total) / 10;
}

/// <summary>A text that is JSON already, written and read as the value it is.</summary>
internal sealed class RawJson : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonElement.ParseValue(ref reader).GetRawText();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteRawValue(value);
}
