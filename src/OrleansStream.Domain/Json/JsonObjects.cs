using System.Text.Json;
using System.Text.Unicode;

namespace OrleansStream.Domain.Json;

/// <summary>Reads a record that is one JSON object, whole: what cannot be one is refused here, so that readers of its members meet texts and nothing else.</summary>
internal static class JsonObjects
{
    /// <param name="utf8Json">As it came.</param>
    /// <param name="what">What it is called in errors: <c>record</c>.</param>
    /// <param name="read">Of the object; may look for any member.</param>
    /// <param name="refuse">Of a code and what is wrong, for people: <c>invalid-utf8</c>, <c>malformed-json</c> or <c>not-an-object</c>.</param>
    public static T Read<T>(ReadOnlySpan<byte> utf8Json, string what, Func<JsonElement, T> read, Func<string, string, T> refuse)
    {
        if (!Utf8.IsValid(utf8Json)) return refuse(FieldErrorCodes.InvalidUtf8, $"The {what} is not valid UTF-8.");
        try
        {
            var root = JsonElement.Parse(utf8Json, new JsonDocumentOptions { MaxDepth = JsonFieldReader.DeepestLevel });
            return root.ValueKind == JsonValueKind.Object ? read(root) : refuse(FieldErrorCodes.NotAnObject, $"The {what} must be a JSON object.");
        }
        catch (JsonException e)
        {
            return refuse(FieldErrorCodes.MalformedJson, $"The {what} is not valid JSON at byte {e.BytePositionInLine}.");
        }
        catch (InvalidOperationException)
        {
            // Whoever looks for a member meets each name; a value of that kind is told by JsonTexts.TryRead.
            return refuse(FieldErrorCodes.MalformedJson, $"The {what} has a name with half of a surrogate pair.");
        }
    }
}
