using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace OrleansStream.Otlp.Json;

/// <summary>One value in OTLP's JSON: 64-bit numbers as strings or numbers, ids as hexadecimal, other bytes as base64, enumerations by number or name.</summary>
internal static class OtlpJsonScalar
{
    /// <exception cref="OtlpFormatException">It is no value of the field's type.</exception>
    public static object Read(ref Utf8JsonReader reader, FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String => reader.TokenType == JsonTokenType.String ? Text(ref reader, field) : throw Wrong(field, "a string"),
        FieldType.Bool => reader.TokenType switch { JsonTokenType.True => true, JsonTokenType.False => false, _ => throw Wrong(field, "true or false") },
        FieldType.Double => Double(ref reader, field),
        FieldType.Fixed64 or FieldType.UInt64 => ulong.TryParse(Digits(ref reader, field), NumberStyles.None, CultureInfo.InvariantCulture, out ulong unsigned)
            ? unsigned : throw Wrong(field, "a whole number from 0 to 2^64 - 1"),
        FieldType.SFixed64 or FieldType.Int64 => long.TryParse(Digits(ref reader, field), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long signed)
            ? signed : throw Wrong(field, "a whole number of 64 bits"),
        FieldType.UInt32 => uint.TryParse(Digits(ref reader, field), NumberStyles.None, CultureInfo.InvariantCulture, out uint small) ? small : throw Wrong(field, "a whole number from 0 to 2^32 - 1"),
        FieldType.SInt32 => int.TryParse(Digits(ref reader, field), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int smaller) ? smaller : throw Wrong(field, "a whole number of 32 bits"),
        FieldType.Enum => Enumeration(ref reader, field),
        FieldType.Bytes => Bytes(ref reader, field),
        _ => throw Wrong(field, "of a type that is read"),
    };

    private static double Double(ref Utf8JsonReader reader, FieldDescriptor field)
    {
        if (reader.TokenType == JsonTokenType.Number) return reader.GetDouble();
        if (reader.TokenType != JsonTokenType.String) throw Wrong(field, "a number");
        return Text(ref reader, field) switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : throw Wrong(field, "a number"),
        };
    }

    /// <summary>A number that has none of its digits lost: as it stands, in quotes or without.</summary>
    private static string Digits(ref Utf8JsonReader reader, FieldDescriptor field) => reader.TokenType switch
    {
        JsonTokenType.String => Text(ref reader, field),
        JsonTokenType.Number when reader.TryGetInt64(out long whole) => whole.ToString(CultureInfo.InvariantCulture),
        JsonTokenType.Number when reader.TryGetUInt64(out ulong whole) => whole.ToString(CultureInfo.InvariantCulture),
        // 1.0 and 1e3 are whole numbers too; a double holds them exactly up to 2^53.
        JsonTokenType.Number when reader.GetDouble() is var number && double.IsInteger(number) && Math.Abs(number) <= 1L << 53 => ((long)number).ToString(CultureInfo.InvariantCulture),
        _ => throw Wrong(field, "a whole number"),
    };

    private static int Enumeration(ref Utf8JsonReader reader, FieldDescriptor field)
    {
        // A number that this release does not know may be one of a later protocol.
        if (reader.TokenType == JsonTokenType.Number) return reader.TryGetInt32(out int number) ? number : throw Wrong(field, "a value of its enumeration");
        if (reader.TokenType != JsonTokenType.String) throw Wrong(field, "a value of its enumeration");
        string name = Text(ref reader, field);
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int quoted)) return quoted;
        return field.EnumType.FindValueByName(name)?.Number ?? throw Wrong(field, "a value of its enumeration");
    }

    private static ByteString Bytes(ref Utf8JsonReader reader, FieldDescriptor field)
    {
        if (reader.TokenType != JsonTokenType.String) throw Wrong(field, "a string");
        string text = Text(ref reader, field);
        try
        {
            if (field.Name is "trace_id" or "span_id" or "parent_span_id") return ByteString.CopyFrom(Convert.FromHexString(text));
            return ByteString.FromBase64(text);
        }
        catch (FormatException)
        {
            throw Wrong(field, field.Name.EndsWith("_id", StringComparison.Ordinal) ? "hexadecimal" : "base64");
        }
    }

    private static string Text(ref Utf8JsonReader reader, FieldDescriptor field)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Wrong(field, "text in UTF-8");
        }
    }

    private static OtlpFormatException Wrong(FieldDescriptor field, string expected) => new($"{field.JsonName} is not {expected}.");
}
