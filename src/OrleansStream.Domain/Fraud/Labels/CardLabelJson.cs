using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansStream.Domain.Fraud;

/// <summary>Labels as records of the log.</summary>
public static class CardLabelJson
{
    public static byte[] Write(CardLabel label) => JsonSerializer.SerializeToUtf8Bytes(label, LabelJson.Default.CardLabel);

    /// <summary>Null when it is none.</summary>
    public static CardLabel? Read(ReadOnlySpan<byte> utf8Json)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8Json, LabelJson.Default.CardLabel);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CardLabel))]
internal sealed partial class LabelJson : JsonSerializerContext;
