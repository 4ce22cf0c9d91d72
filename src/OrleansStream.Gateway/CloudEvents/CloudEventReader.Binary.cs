using CloudNative.CloudEvents;
using CloudNative.CloudEvents.Http;
using Microsoft.AspNetCore.Http;

namespace OrleansStream.Gateway.CloudEvents;

// Binary mode: attributes are HTTP headers ce-…, data is the body.
internal sealed partial class CloudEventReader
{
    private static readonly string[] Telling = ["ce-specversion", "ce-id", "ce-source", "ce-type"];

    /// <summary>True when a request has any of the headers that every CloudEvent in binary mode has.</summary>
    public static bool IsBinary(HttpRequest request) => Array.Exists(Telling, request.Headers.ContainsKey);

    /// <summary>Reads the attributes of a request whose body is the data. Never throws for what they are.</summary>
    public EnvelopeReading ReadBinary(HttpRequest request, ReadOnlyMemory<byte> data)
    {
        var cloudEvent = new CloudEvent(CloudEventsSpecVersion.V1_0);
        string? specVersion = null, id = null;
        try
        {
            foreach (var (header, values) in request.Headers)
            {
                if (HttpUtilities.GetAttributeNameFromHeaderName(header) is not { } name) continue;
                if (values.Count != 1) return EnvelopeReading.Invalid("A ce- header comes more than once.", id);
                string value = HttpUtilities.DecodeHeaderValue(values.ToString());
                if (name == CloudEventsSpecVersion.SpecVersionAttribute.Name) specVersion = value;
                else if (value.Length > 0) cloudEvent.SetAttributeFromString(name, value);
                id = cloudEvent.Id;
            }
            if (Missing(specVersion, id, cloudEvent.Source?.OriginalString, cloudEvent.Type) is { } missing) return EnvelopeReading.Invalid(missing, id);
            cloudEvent.DataContentType = string.IsNullOrWhiteSpace(request.ContentType) ? "application/json" : request.ContentType;
        }
        catch (Exception e) when (IsRefusal(e))
        {
            return EnvelopeReading.Invalid(WrongAttribute, id);
        }
        return data.IsEmpty ? EnvelopeReading.Refuse(CloudEventErrors.MissingData, "The CloudEvent has no data.", id) : Take(cloudEvent, data);
    }
}
