using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace OrleansStream.Gateway.Http;

/// <summary>How the records of a request lie in its body.</summary>
internal enum BodyKind
{
    /// <summary>An object, or an array of them. Also assumed when nothing is said.</summary>
    Json,

    /// <summary>NDJSON: an object a line.</summary>
    Lines,

    /// <summary>One CloudEvent with its data (structured mode).</summary>
    CloudEvent,

    /// <summary>An array of such CloudEvents.</summary>
    CloudEventBatch,

    /// <summary>One JSON value, data of a CloudEvent whose attributes are headers (binary mode).</summary>
    CloudEventData,
}

/// <summary>Which of the accepted content types a request names.</summary>
internal static class BodyFormat
{
    /// <param name="request">The request.</param>
    /// <param name="hasEventHeaders">It carries the headers of a CloudEvent in binary mode.</param>
    /// <exception cref="RequestRejectedException">415 for any other type, or a charset other than UTF-8.</exception>
    public static BodyKind Of(HttpRequest request, bool hasEventHeaders = false)
    {
        var plain = hasEventHeaders ? BodyKind.CloudEventData : BodyKind.Json;
        if (string.IsNullOrWhiteSpace(request.ContentType)) return plain;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)) throw Unsupported(request.ContentType);
        if (!IsUtf8(type)) throw new RequestRejectedException(415, "unsupported-charset", "JSON is read as UTF-8 only.");
        return type.MediaType.Value?.ToLowerInvariant() switch
        {
            "application/cloudevents+json" => BodyKind.CloudEvent,
            "application/cloudevents-batch+json" => BodyKind.CloudEventBatch,
            "application/json" or "text/json" => plain,
            "application/x-ndjson" or "application/ndjson" or "application/jsonl" or "application/x-jsonlines" when !hasEventHeaders => BodyKind.Lines,
            _ when hasEventHeaders && IsJson(type) => BodyKind.CloudEventData,
            _ => throw Unsupported(request.ContentType),
        };
    }

    /// <summary>True for <c>application/json</c> and everything with the suffix <c>+json</c>, in UTF-8; nothing said is JSON.</summary>
    public static bool IsJson(string? contentType) =>
        string.IsNullOrWhiteSpace(contentType) || (MediaTypeHeaderValue.TryParse(contentType, out var type) && IsJson(type) && IsUtf8(type));

    private static bool IsJson(MediaTypeHeaderValue type) =>
        type.SubType.Equals("json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase);

    private static bool IsUtf8(MediaTypeHeaderValue type) =>
        !type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase);

    private static RequestRejectedException Unsupported(string type) =>
        new(415, "unsupported-content-type", $"Content-Type '{type}' is not supported; send application/json, application/x-ndjson or CloudEvents in JSON.");
}
