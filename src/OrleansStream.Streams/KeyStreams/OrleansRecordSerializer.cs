using System.Diagnostics.CodeAnalysis;
using Orleans.Serialization;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.KeyStreams;

/// <summary>Values as Orleans serializes them, type included: one stream may carry events of several types.</summary>
public sealed class OrleansRecordSerializer(Serializer serializer) : IStreamRecordSerializer
{
    public byte[] Serialize<T>(T item) => serializer.SerializeToArray<object?>(item);

    public bool TryDeserialize<T>(LogRecord record, [MaybeNullWhen(false)] out T item)
    {
        if (serializer.Deserialize<object?>(record.Value) is T wanted)
        {
            item = wanted;
            return true;
        }
        item = default;
        return false;
    }
}
