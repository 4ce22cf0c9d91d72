using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace OrleansStream.Cli.Sending.Reading;

/// <summary>One line of NDJSON, looked at just enough to know that it is one object, its key, and whether it has an id.</summary>
internal sealed class JsonLine
{
    private readonly ReadOnlyMemory<byte> _line;
    private (int Start, int End)? _emptyId;
    private bool _isEmpty = true;

    private JsonLine(ReadOnlyMemory<byte> line) => _line = line;

    public string? Key { get; private set; }
    public bool HasId { get; private set; }

    public static bool TryRead(ReadOnlyMemory<byte> line, string keyField, [NotNullWhen(true)] out JsonLine? json, out string? problem)
    {
        json = new JsonLine(line);
        problem = null;
        try
        {
            // Deep nesting is for the server to refuse: this only has to see it through.
            var reader = new Utf8JsonReader(line.Span, new JsonReaderOptions { MaxDepth = 1000 });
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                json.ReadMembers(ref reader, keyField);
                while (reader.Read())
                {
                }

                return true;
            }

            problem = "not a JSON object";
        }
        catch (JsonException e)
        {
            problem = $"not valid JSON at byte {e.BytePositionInLine}";
        }
        catch (InvalidOperationException)
        {
            problem = "not valid UTF-8";
        }

        json = null;
        return false;
    }

    /// <summary>The same object with this id: in the place of an empty one, else as its first member.</summary>
    public ReadOnlyMemory<byte> WithId(string id)
    {
        var value = Encoding.UTF8.GetBytes($"\"{id}\"");
        if (_emptyId is var (start, end))
        {
            return (byte[])[.. _line.Span[..start], .. value, .. _line.Span[end..]];
        }

        return (byte[])[.. "{\"id\":"u8, .. value, .. _isEmpty ? ""u8 : ","u8, .. _line.Span[1..]];
    }

    private void ReadMembers(ref Utf8JsonReader reader, string keyField)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            _isEmpty = false;
            var isId = reader.ValueTextEquals("id"u8);
            var isKey = reader.ValueTextEquals(keyField);
            reader.Read();
            if (isId)
            {
                HasId = reader.TokenType != JsonTokenType.Null && !(reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(""u8));
                _emptyId = HasId ? null : ((int)reader.TokenStartIndex, (int)reader.BytesConsumed);
            }
            else if (isKey && reader.TokenType == JsonTokenType.String)
            {
                Key = reader.GetString();
            }

            reader.Skip();
        }
    }
}
