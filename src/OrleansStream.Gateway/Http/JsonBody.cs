using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansStream.Domain.Json;

namespace OrleansStream.Gateway.Http;

/// <summary>The body of a command: one JSON object, or nothing where nothing need be said.</summary>
internal static class JsonBody
{
    private const int MaxDepth = 32;

    /// <summary>The object; an empty one for an empty body.</summary>
    /// <exception cref="RequestRejectedException">It is not a JSON object, or cannot be taken in.</exception>
    public static async Task<JsonElement> ReadObjectAsync(HttpRequest request, GatewayOptions options, CancellationToken cancellationToken)
    {
        var json = await ReadAsync(request, options, cancellationToken);
        if (json.ValueKind != JsonValueKind.Object) throw new RequestRejectedException(400, "not-an-object", "The body is one JSON object.");
        return json;
    }

    /// <summary>The body, whatever JSON it is; an empty object for an empty body.</summary>
    /// <exception cref="RequestRejectedException">It is no JSON, or cannot be taken in.</exception>
    public static async Task<JsonElement> ReadAsync(HttpRequest request, GatewayOptions options, CancellationToken cancellationToken)
    {
        if (BodyFormat.Of(request) != BodyKind.Json) throw new RequestRejectedException(415, "unsupported-content-type", "Send application/json.");
        var body = await RequestBody.ReadAsync(request, options, cancellationToken);
        if (JsonRecords.SkipSpace(body.Span, 0) == body.Length) return JsonElement.Parse("{}"u8);
        if (!JsonTexts.AreWhole(body.Span)) throw new RequestRejectedException(400, "invalid-utf8", "A text of the body is not valid UTF-8, or half of a surrogate pair.");
        try
        {
            return JsonElement.Parse(body.Span, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException e)
        {
            throw new RequestRejectedException(400, "malformed-json", $"The body is not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine}.");
        }
    }

    /// <summary>A text member; null when it is missing or null.</summary>
    /// <exception cref="RequestRejectedException">It is something else.</exception>
    public static string? Text(this JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new RequestRejectedException(400, $"invalid-{name}", $"{name} is a text.");
    }

    /// <summary>A member that is a list of texts; null when it is missing or null.</summary>
    /// <exception cref="RequestRejectedException">It is something else.</exception>
    public static IReadOnlyList<string>? Texts(this JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(v => v.GetString()!)]
            : throw new RequestRejectedException(400, $"invalid-{name}", $"{name} is a list of texts.");
    }
}
