using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansStream.Domain.Observability.Series;

/// <summary>Closed minutes as records.</summary>
public static class ClosedMinuteJson
{
    public static byte[] Write(ClosedMinute minute) => JsonSerializer.SerializeToUtf8Bytes(minute, MinuteJson.Default.ClosedMinute);

    /// <exception cref="JsonException">It is something else.</exception>
    public static ClosedMinute? Read(ReadOnlySpan<byte> utf8Json) => JsonSerializer.Deserialize(utf8Json, MinuteJson.Default.ClosedMinute);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ClosedMinute))]
internal sealed partial class MinuteJson : JsonSerializerContext;
