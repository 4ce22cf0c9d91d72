using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace OrleansStream.Domain.Json;

/// <summary>
/// Typed fields off a <see cref="Utf8JsonReader"/>: a wrong type becomes an error of that field and is skipped, so
/// that the rest of the record is still checked. Bad syntax throws JsonException.
/// </summary>
internal ref struct JsonFieldReader(ReadOnlySpan<byte> utf8Json)
{
    /// <summary>Levels of objects and arrays a record may have (API.md, Limits).</summary>
    public const int DeepestLevel = 32;

    private Utf8JsonReader _reader = new(utf8Json, new JsonReaderOptions { MaxDepth = DeepestLevel });

    public FieldErrors Errors;

    /// <summary>How many objects and arrays were open where the reader stopped, 1 = the record alone.</summary>
    public readonly int Level =>
        _reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? _reader.CurrentDepth + 1 : _reader.CurrentDepth;

    public bool StartRecord() => _reader.Read() && _reader.TokenType == JsonTokenType.StartObject;

    /// <summary>Only white space may follow a record.</summary>
    public void EndRecord() => _reader.Read();

    /// <summary>Moves to the next property's name; false at the end of the object.</summary>
    public bool NextProperty() => _reader.Read() && _reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>Whether the current property has this name.</summary>
    public readonly bool Is(ReadOnlySpan<byte> name) =>
        _reader.ValueIsEscaped ? TryUnescape(out var text) && IsSame(text, name) : _reader.ValueSpan.SequenceEqual(name);

    /// <summary>Passes over the value of a property nobody asked for.</summary>
    public void Skip() => _reader.Skip();

    /// <summary>Enters the object that is the field's value; false, and passed over, when it is none.</summary>
    public bool StartObject(string field)
    {
        if (!NextValue(field))
            return false;
        if (_reader.TokenType == JsonTokenType.StartObject)
            return true;
        return Refuse(field, $"{field} must be an object.");
    }

    /// <summary>The field's text; null when absent, empty or refused.</summary>
    public string? Text(string field, int longest) => TryText(field, longest, out var text) && text.Length > 0 ? text : null;

    /// <summary>True when the field is a text of at most <paramref name="longest"/> UTF-16 code units.</summary>
    public bool TryText(string field, int longest, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (!NextValue(field))
            return false;
        if (_reader.TokenType != JsonTokenType.String)
            return Refuse(field, $"{field} must be a string.");
        if (!TryUnescape(out text))
            Errors.Add(FieldErrorCodes.MalformedJson, field, $"{field} escapes half a surrogate pair.");
        else if (text.Length > longest)
            Errors.Add(FieldErrorCodes.FieldTooLong, field, $"{field} must be at most {longest} characters.");
        else
            return true;
        text = null;
        return false;
    }

    /// <summary>The field's number as a double, infinite when beyond its range; null when absent or no number.</summary>
    public double? Number(string field)
    {
        if (!NextValue(field))
            return null;
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetDouble(out var value))
            return value;
        Refuse(field, $"{field} must be a number.");
        return null;
    }

    /// <summary>
    /// True when the field is a number: its decimal value, null beyond decimal's range, and its sign and rough size.
    /// </summary>
    public bool TryNumber(string field, out decimal? value, out double magnitude)
    {
        value = null;
        magnitude = 0;
        if (!NextValue(field))
            return false;
        if (_reader.TokenType != JsonTokenType.Number || !_reader.TryGetDouble(out magnitude))
            return Refuse(field, $"{field} must be a number.");
        if (_reader.TryGetDecimal(out var exact))
            value = exact == 0 ? 0 : exact;
        else if (Math.Abs(magnitude) < 1)
            value = 0;
        return true;
    }

    // False for null, which is as good as absent.
    private bool NextValue(string field)
    {
        Errors.Forget(field);
        _reader.Read();
        return _reader.TokenType != JsonTokenType.Null;
    }

    private bool Refuse(string field, string detail)
    {
        _reader.Skip();
        Errors.Add(FieldErrorCodes.InvalidType, field, detail);
        return false;
    }

    // The escape of half a surrogate pair is valid JSON and no text; the framework tells it by an exception only.
    private readonly bool TryUnescape([NotNullWhen(true)] out string? text)
    {
        try
        {
            text = _reader.GetString();
            return text is not null;
        }
        catch (InvalidOperationException)
        {
            text = null;
            return false;
        }
    }

    private static bool IsSame(string text, ReadOnlySpan<byte> asciiName) => System.Text.Ascii.Equals(asciiName, text);
}
