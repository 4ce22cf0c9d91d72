using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansStream.Streams.Replay;

/// <summary>What a replay job does, in offsets: the request as it was meant when it was made.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Kind">Whom for.</param>
/// <param name="Target">The group's, the model's or the key's name.</param>
/// <param name="Parts">The partitions, each once.</param>
internal sealed record ReplayPlan(string Topic, ReplayTargetKind Kind, string Target, IReadOnlyList<ReplayPart> Parts)
{
    public long Total => Parts.Sum(p => p.To - p.From);

    public string ToJson() => JsonSerializer.Serialize(this, ReplayJson.Default.ReplayPlan);

    public static ReplayPlan FromJson(string json) => JsonSerializer.Deserialize(json, ReplayJson.Default.ReplayPlan)!;
}

/// <param name="Partition">The partition.</param>
/// <param name="From">The first offset.</param>
/// <param name="To">The first offset not replayed.</param>
internal sealed record ReplayPart(int Partition, long From, long To);

/// <summary>How far a replay job is: the next offset of each of the plan's parts.</summary>
internal sealed record ReplayPlace(long[] Next)
{
    public string ToJson() => JsonSerializer.Serialize(this, ReplayJson.Default.ReplayPlace);

    public static ReplayPlace Of(string? checkpoint, ReplayPlan plan) => checkpoint is null
        ? new ReplayPlace([.. plan.Parts.Select(p => p.From)])
        : JsonSerializer.Deserialize(checkpoint, ReplayJson.Default.ReplayPlace)!;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ReplayPlan))]
[JsonSerializable(typeof(ReplayPlace))]
internal sealed partial class ReplayJson : JsonSerializerContext;
