using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.SystemTextJson;

namespace OrleansStream.Gateway.CloudEvents;

// Structured mode and batches: attributes and data are members of one JSON object.
internal sealed partial class CloudEventReader
{
    /// <summary>How deep data may be is for its processor to say; a record is bounded by its bytes.</summary>
    private static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = 1 << 20 };

    private static readonly AttributesOnly Formatter = new();

    /// <summary>Reads one JSON object with attributes and data. Never throws, whatever the bytes.</summary>
    public EnvelopeReading ReadStructured(ReadOnlyMemory<byte> record)
    {
        if (!Utf8.IsValid(record.Span)) return EnvelopeReading.Refuse("invalid-utf8", "The CloudEvent is not valid UTF-8.");
        try
        {
            using var document = JsonDocument.Parse(record, AnyDepth);
            return ReadStructured(record, document.RootElement);
        }
        catch (JsonException)
        {
            return EnvelopeReading.Refuse("malformed-json", "The CloudEvent is not valid JSON.");
        }
    }

    private EnvelopeReading ReadStructured(ReadOnlyMemory<byte> record, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) return EnvelopeReading.Refuse("not-an-object", "A CloudEvent is a JSON object.");
        CloudEvent cloudEvent;
        string? id = null;
        try
        {
            id = TextOf(root, "id");
            if (Missing(TextOf(root, "specversion"), id, TextOf(root, "source"), TextOf(root, "type")) is { } missing) return EnvelopeReading.Invalid(missing, id);
            cloudEvent = Formatter.ConvertFromJsonElement(root, null);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            return EnvelopeReading.Invalid(WrongAttribute, id);
        }
        if (IsThere(root, "data_base64", out _))
            return EnvelopeReading.Refuse(CloudEventErrors.Base64Data, "data_base64 is not taken: send the event as JSON in data.", id);
        if (!IsThere(root, "data", out var data)) return EnvelopeReading.Refuse(CloudEventErrors.MissingData, "The CloudEvent has no data.", id);
        // The document lies over the record's bytes: the data is a piece of them, not a copy.
        var raw = JsonMarshal.GetRawUtf8Value(data);
        return Take(cloudEvent, record.Span.Overlaps(raw, out int at) ? record.Slice(at, raw.Length) : raw.ToArray());
    }

    private static string? TextOf(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool IsThere(JsonElement root, string name, out JsonElement value) =>
        root.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Which of the required attributes is not there.</summary>
    private static string? Missing(string? specVersion, string? id, string? source, string? type) =>
        specVersion != CloudEventsSpecVersion.V1_0.VersionId ? "specversion must be 1.0."
        : string.IsNullOrEmpty(id) ? "id is required: a text that is not empty."
        : string.IsNullOrEmpty(source) ? "source is required: a URI reference that is not empty."
        : string.IsNullOrEmpty(type) ? "type is required: a text that is not empty."
        : null;

    /// <summary>Leaves data where it is.</summary>
    private sealed class AttributesOnly : JsonEventFormatter
    {
        protected override void DecodeStructuredModeDataProperty(JsonElement dataElement, CloudEvent cloudEvent) { }

        protected override void DecodeStructuredModeDataBase64Property(JsonElement dataBase64Element, CloudEvent cloudEvent) { }
    }
}
