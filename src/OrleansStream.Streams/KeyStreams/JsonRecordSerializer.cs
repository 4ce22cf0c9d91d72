using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.KeyStreams;

/// <summary>Values as UTF-8 JSON, which producers that know nothing of Orleans write, too. The subscriber's type decides what is read.</summary>
public sealed class JsonRecordSerializer(JsonSerializerOptions? options = null) : IStreamRecordSerializer
{
    private readonly JsonSerializerOptions _options = options ?? JsonSerializerOptions.Web;

    public byte[] Serialize<T>(T item) => JsonSerializer.SerializeToUtf8Bytes(item, _options);

    public bool TryDeserialize<T>(LogRecord record, [MaybeNullWhen(false)] out T item)
    {
        item = JsonSerializer.Deserialize<T>(record.Value.Span, _options) ?? throw new InvalidDataException($"Record {record.Id} is JSON null.");
        return true;
    }
}
