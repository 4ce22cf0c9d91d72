using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsvHelper;

namespace OrleansStream.Cli.Sending.Mapping;

/// <summary>Writes the row a parser stands on as one JSON object. Empty columns are left out.</summary>
internal sealed class RowWriter(ColumnMapping mapping, string keyField)
{
    private const string IdField = "id";

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);

    /// <param name="row">Stands on the row.</param>
    /// <param name="deriveId">Gives the id when the row has none.</param>
    public (string? Key, byte[] Json) Write(CsvReader row, Func<string> deriveId)
    {
        string? key = null;
        var hasId = false;
        string? open = null;
        _buffer.ResetWrittenCount();
        using var json = new Utf8JsonWriter(_buffer, Readable);
        json.WriteStartObject();
        foreach (var column in mapping.Columns)
        {
            var value = row.GetString(column.Index);
            if (string.IsNullOrWhiteSpace(value))
            {
                continue;
            }

            value = Convert(column.Kind, value.Trim());
            key = column.Field == keyField ? value : key;
            hasId |= column.Field == IdField;
            open = Enter(json, open, column.Field);
            WriteValue(json, column.Field[((open?.Length ?? -1) + 1)..], column.Kind, value);
        }

        Enter(json, open, IdField);
        if (!hasId)
        {
            json.WriteString(IdField, deriveId());
        }

        json.WriteEndObject();
        json.Flush();
        return (key, _buffer.WrittenSpan.ToArray());
    }

    private static string Convert(ValueKind kind, string value) => kind switch
    {
        ValueKind.Card => CardToken.Of(value),
        ValueKind.Slug => Slug.Of(value),
        ValueKind.Time => TimeText.ToRfc3339(value),
        _ => value,
    };

    /// <summary>Closes the nested object that is open and opens the field's own, unless they are the same.</summary>
    private static string? Enter(Utf8JsonWriter json, string? open, string field)
    {
        var dot = field.IndexOf('.', StringComparison.Ordinal);
        var parent = dot < 0 ? null : field[..dot];
        if (parent == open)
        {
            return open;
        }

        if (open is not null)
        {
            json.WriteEndObject();
        }

        if (parent is not null)
        {
            json.WriteStartObject(parent);
        }

        return parent;
    }

    private static void WriteValue(Utf8JsonWriter json, string name, ValueKind kind, string value)
    {
        if (kind == ValueKind.Number && decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteString(name, value);
        }
    }
}
