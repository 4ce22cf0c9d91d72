using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansStream.Domain.Observability.Signals;

/// <summary>Signals as they stand in the log: compact JSON, members in camel case, enums as numbers, absent parts left out. Unknown members are ignored.</summary>
public static class ServiceSignalsJson
{
    /// <summary>Escapes what JSON demands and no more: wildcards and quotes are in every line, and each reader would have to undo it.</summary>
    private static readonly SignalsJson Compact = new(new JsonSerializerOptions(SignalsJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static byte[] Write(ServiceSignals signals) => JsonSerializer.SerializeToUtf8Bytes(signals, Compact.ServiceSignals);

    /// <returns>Null for the JSON value null.</returns>
    /// <exception cref="JsonException">It is something else.</exception>
    public static ServiceSignals? Read(ReadOnlySpan<byte> utf8Json) => JsonSerializer.Deserialize(utf8Json, SignalsJson.Default.ServiceSignals);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ServiceSignals))]
internal sealed partial class SignalsJson : JsonSerializerContext;
