using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansStream.Streams.Jobs;

/// <summary>A job as it is stored.</summary>
/// <param name="Job">As it is shown.</param>
/// <param name="Plan">What its kind needs to know, as text of its own.</param>
/// <param name="Checkpoint">How far it is, as its kind says it; null before it began.</param>
internal sealed record JobRow(Job Job, string Plan, string? Checkpoint)
{
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, JobJson.Default.JobRow);

    public static JobRow FromJson(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, JobJson.Default.JobRow)!;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JobRow))]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(List<Job>))]
internal sealed partial class JobJson : JsonSerializerContext;
