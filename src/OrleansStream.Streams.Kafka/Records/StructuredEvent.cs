using System.Text.Json;

namespace OrleansStream.Streams.Kafka.Records;

/// <summary>A CloudEvent in structured mode: its attributes become headers as in binary mode, its data the value.</summary>
internal static class StructuredEvent
{
    private const string ContentType = "application/cloudevents+json";

    /// <summary>False, with nothing changed, when it is none or cannot be read.</summary>
    public static bool TryRead(string? contentType, byte[]? value, List<KeyValuePair<string, string>> headers, out ReadOnlyMemory<byte> data)
    {
        data = default;
        if (contentType is null || value is null || !contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)) return false;
        var attributes = new List<KeyValuePair<string, string>>();
        string dataType = WireHeaders.Json;
        try
        {
            var json = new Utf8JsonReader(value);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject) return false;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                string name = json.GetString()!;
                json.Read();
                switch (name)
                {
                    case "data":
                        int start = (int)json.TokenStartIndex;
                        json.Skip();
                        data = value.AsMemory(start, (int)json.BytesConsumed - start);
                        break;
                    case "data_base64":
                        data = json.GetBytesFromBase64();
                        break;
                    case "datacontenttype":
                        dataType = json.GetString() ?? dataType;
                        break;
                    default:
                        if (json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) return false;
                        if (json.TokenType != JsonTokenType.Null) attributes.Add(new(WireHeaders.Prefix + name, TextOf(ref json)));
                        break;
                }
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return false;
        }
        headers.RemoveAll(h => h.Key == WireHeaders.ContentType);
        headers.AddRange(attributes);
        headers.Add(new(WireHeaders.ContentType, dataType));
        return true;
    }

    private static string TextOf(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.String ? json.GetString()! : System.Text.Encoding.UTF8.GetString(json.ValueSpan);
}
