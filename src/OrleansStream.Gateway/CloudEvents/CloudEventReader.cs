using System.Text;
using CloudNative.CloudEvents;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Http;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.CloudEvents;

/// <summary>
/// From a CloudEvent to what the log keeps of it: its attributes become headers <c>ce_…</c> as in Kafka's protocol binding, bounded in count and bytes; its data stays
/// as it came. No attribute can become a header or a source that the engine uses itself.
/// </summary>
internal sealed partial class CloudEventReader(IEventLog log, IOptions<GatewayOptions> options)
{
    private const int LongestId = 256;
    private const string HeaderPrefix = "ce_";
    private const string PartitionKey = "partitionkey";
    private const string WrongAttribute =
        "An attribute has a name or a value that CloudEvents 1.0 does not allow: names are lower-case letters and digits, time is RFC 3339, source is a URI reference.";

    private readonly GatewayOptions _options = options.Value;

    private EnvelopeReading Take(CloudEvent cloudEvent, ReadOnlyMemory<byte> data)
    {
        string id = cloudEvent.Id!, source = cloudEvent.Source!.OriginalString;
        if (id.Length > LongestId) return EnvelopeReading.Refuse("field-too-long", $"A CloudEvent's id must be at most {LongestId} characters.");
        if (source.Any(char.IsControl)) return EnvelopeReading.Invalid(WrongAttribute, id);
        if (source == LogSources.Timer || log.Topics.ContainsKey(source))
            return EnvelopeReading.Invalid("source is reserved for records of the engine itself; use a URI of your own.", id);
        if (!BodyFormat.IsJson(cloudEvent.DataContentType))
            return EnvelopeReading.Refuse(CloudEventErrors.ContentType, "datacontenttype must be JSON in UTF-8.", id);
        if (ToHeaders(cloudEvent) is not { } headers)
            return EnvelopeReading.Refuse(
                CloudEventErrors.AttributesTooLarge, $"A CloudEvent takes at most {_options.MaxCloudEventAttributes} attributes of {_options.MaxCloudEventAttributeBytes:N0} bytes in all.", id);
        string? key = cloudEvent[PartitionKey] as string;
        if (string.IsNullOrEmpty(key)) key = cloudEvent.Subject;
        return new EnvelopeReading(new EventEnvelope(source, id, string.IsNullOrEmpty(key) ? null : key, cloudEvent.Time, headers, data), id, default);
    }

    /// <summary>Null when there are too many or too large ones.</summary>
    private KeyValuePair<string, string>[]? ToHeaders(CloudEvent cloudEvent)
    {
        var headers = new List<KeyValuePair<string, string>> { new(HeaderPrefix + CloudEventsSpecVersion.SpecVersionAttribute.Name, cloudEvent.SpecVersion.VersionId) };
        int bytes = 0;
        foreach (var (attribute, value) in cloudEvent.GetPopulatedAttributes())
        {
            string name = attribute == cloudEvent.SpecVersion.DataContentTypeAttribute ? "content-type" : HeaderPrefix + attribute.Name;
            string text = attribute.Format(value);
            bytes += Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(text);
            if (headers.Count >= _options.MaxCloudEventAttributes || bytes > _options.MaxCloudEventAttributeBytes) return null;
            headers.Add(new(name, text));
        }
        return [.. headers];
    }

    /// <summary>What the library throws for attributes that it does not take.</summary>
    private static bool IsRefusal(Exception e) => e is ArgumentException or FormatException or InvalidOperationException;
}
