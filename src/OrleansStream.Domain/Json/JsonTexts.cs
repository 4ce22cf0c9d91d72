using System.Text.Json;
using System.Text.Unicode;

namespace OrleansStream.Domain.Json;

/// <summary>Whether what a document says can be said: JSON lets texts have bytes that are not UTF-8 and halves of surrogate pairs, and whoever asks for such a text gets an exception.</summary>
public static class JsonTexts
{
    /// <summary>False when a name or a text of the document is none. What is no JSON at all is for its reader to say.</summary>
    public static bool AreWhole(ReadOnlySpan<byte> utf8Json)
    {
        if (!Utf8.IsValid(utf8Json)) return false;
        if (utf8Json.IndexOf("\\u"u8) < 0) return true;
        var reader = new Utf8JsonReader(utf8Json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            while (reader.Read())
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped) _ = reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
        catch (JsonException)
        {
            return true;
        }
    }

    /// <summary>False for what JSON can write and no text can be: half a surrogate pair, or bytes that are not UTF-8.</summary>
    public static bool TryRead(JsonElement value, out string text)
    {
        try
        {
            text = value.GetString() ?? "";
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }
}
