using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf.Collections;
using OrleansStream.Otlp.Protocol;

namespace OrleansStream.Gateway.Otlp.Aggregation;

/// <summary>Reads attributes by name. They are few: a walk is cheaper than a dictionary.</summary>
internal static class AttributeReading
{
    public static AnyValue? Find(this RepeatedField<KeyValue> attributes, string key)
    {
        for (int i = 0; i < attributes.Count; i++)
            if (attributes[i].Key == key) return attributes[i].Value;
        return null;
    }

    /// <summary>Null when there is none that says something.</summary>
    public static string? Text(this RepeatedField<KeyValue> attributes, string key) => attributes.Find(key) is { } value && value.ToText(256) is { Length: > 0 } text ? text : null;

    /// <summary>A whole number, also as text, as older exporters send it.</summary>
    public static long? Number(this RepeatedField<KeyValue> attributes, string key) => attributes.Find(key) switch
    {
        { ValueCase: AnyValue.ValueOneofCase.IntValue } whole => whole.IntValue,
        { ValueCase: AnyValue.ValueOneofCase.DoubleValue } real when double.IsInteger(real.DoubleValue) && Math.Abs(real.DoubleValue) < 1L << 53 => (long)real.DoubleValue,
        { ValueCase: AnyValue.ValueOneofCase.StringValue } text when long.TryParse(text.StringValue, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long parsed) => parsed,
        _ => null,
    };

    /// <summary>The status of an HTTP answer by its name of today or the former one; 0 when there is none that can be one.</summary>
    public static int HttpStatus(this RepeatedField<KeyValue> attributes) =>
        (attributes.Number("http.response.status_code") ?? attributes.Number("http.status_code")) is >= 100 and <= 599 and var status ? (int)status : 0;

    /// <summary>A value as people read it, cut after so many characters.</summary>
    public static string ToText(this AnyValue? value, int longest)
    {
        switch (value?.ValueCase)
        {
            case null or AnyValue.ValueOneofCase.None: return "";
            case AnyValue.ValueOneofCase.StringValue: return value.StringValue.Cut(longest);
            case AnyValue.ValueOneofCase.BoolValue: return value.BoolValue ? "true" : "false";
            case AnyValue.ValueOneofCase.IntValue: return value.IntValue.ToString(CultureInfo.InvariantCulture);
            case AnyValue.ValueOneofCase.DoubleValue: return value.DoubleValue.ToString("R", CultureInfo.InvariantCulture);
            case AnyValue.ValueOneofCase.BytesValue: return Convert.ToHexStringLower(value.BytesValue.Span[..Math.Min(value.BytesValue.Length, longest / 2)]);
        }
        var text = new StringBuilder();
        Append(text, value, longest);
        return text.ToString().Cut(longest);
    }

    /// <summary>At most so many characters, and no half of a surrogate pair.</summary>
    public static string Cut(this string text, int longest)
    {
        if (text.Length <= longest) return text;
        return text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
    }

    /// <summary>At most so many bytes of UTF-8.</summary>
    public static string CutBytes(this string text, int longest)
    {
        if (3 * text.Length <= longest || Encoding.UTF8.GetByteCount(text) <= longest) return text;
        int length = Math.Min(text.Length, longest);
        while (Encoding.UTF8.GetByteCount(text.AsSpan(0, length)) > longest) length -= Math.Max(1, (Encoding.UTF8.GetByteCount(text.AsSpan(0, length)) - longest) / 3);
        return text.Cut(length);
    }

    /// <summary>The same for the same attributes in any order.</summary>
    public static ulong Hash(this RepeatedField<KeyValue> attributes)
    {
        ulong hash = 0;
        for (int i = 0; i < attributes.Count; i++)
            unchecked
            {
                hash += (31 * Hash(attributes[i].Key)) ^ Hash(attributes[i].Value.ToText(512));
            }
        return hash;
    }

    public static ulong Hash(string text) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan()));

    private static void Append(StringBuilder text, AnyValue? value, int longest)
    {
        if (text.Length > longest) return;
        switch (value?.ValueCase)
        {
            case AnyValue.ValueOneofCase.ArrayValue:
                text.Append('[');
                foreach (var item in value.ArrayValue.Values)
                {
                    if (text.Length > longest) break;
                    if (text[^1] != '[') text.Append(", ");
                    Append(text, item, longest);
                }
                text.Append(']');
                break;
            case AnyValue.ValueOneofCase.KvlistValue:
                text.Append('{');
                foreach (var item in value.KvlistValue.Values)
                {
                    if (text.Length > longest) break;
                    if (text[^1] != '{') text.Append(", ");
                    text.Append(item.Key.Cut(128)).Append('=');
                    Append(text, item.Value, longest);
                }
                text.Append('}');
                break;
            default:
                text.Append(value.ToText(longest));
                break;
        }
    }
}
