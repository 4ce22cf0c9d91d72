using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace OrleansStream.Gateway.Http;

/// <summary>Which of the accepted content types a request names.</summary>
internal static class BodyFormat
{
    /// <summary>True for NDJSON, false for JSON, which is also assumed when nothing is said.</summary>
    /// <exception cref="RequestRejectedException">415 for any other type, or a charset other than UTF-8.</exception>
    public static bool IsNdjson(HttpRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.ContentType)) return false;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)) throw Unsupported(request.ContentType);
        if (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) && !type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase))
            throw new RequestRejectedException(415, "unsupported-charset", "JSON is read as UTF-8 only.");
        return type.MediaType.Value?.ToLowerInvariant() switch
        {
            "application/json" or "text/json" => false,
            "application/x-ndjson" or "application/ndjson" or "application/jsonl" or "application/x-jsonlines" => true,
            _ => throw Unsupported(request.ContentType),
        };
    }

    private static RequestRejectedException Unsupported(string type) =>
        new(415, "unsupported-content-type", $"Content-Type '{type}' is not supported; send application/json or application/x-ndjson.");
}
