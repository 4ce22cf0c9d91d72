using Orleans.Serialization;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.KeyStreams;

/// <summary>An event as a record and back: value by the provider's serializer, request context as a header.</summary>
internal sealed class StreamRecordFormat(IStreamRecordSerializer records, Serializer<Dictionary<string, object>> contexts, TimeProvider time)
{
    public const string ContextHeader = "orleans-request-context";

    public LogRecord ToRecord<T>(string key, T item, Dictionary<string, object>? requestContext)
    {
        if (item is LogRecord whole) return whole;
        var now = time.GetUtcNow();
        return new LogRecord
        {
            Key = key,
            Id = item is IIdentifiedEvent identified ? identified.EventId : Guid.CreateVersion7(now).ToString("N"),
            Time = now,
            ReceivedAt = now,
            Headers = requestContext is { Count: > 0 } ? [new(ContextHeader, Convert.ToBase64String(contexts.SerializeToArray(requestContext)))] : [],
            Value = records.Serialize(item),
        };
    }

    /// <summary>
    /// The events of type <typeparamref name="T"/>, each decoded when it is asked for. While one is handled, the request context holds what its
    /// producer had; whoever takes all at once, as a batch observer does, keeps the context it had.
    /// </summary>
    public IEnumerable<(T Item, LogRecord Record)> Read<T>(IReadOnlyList<LogRecord> from)
    {
        foreach (var record in from)
        {
            T? item;
            if (typeof(T) == typeof(LogRecord)) item = (T)(object)record;
            else if (!records.TryDeserialize(record, out item)) continue;
            var context = record.Header(ContextHeader) is { } header ? contexts.Deserialize(Convert.FromBase64String(header)) : null;
            try
            {
                if (context is not null)
                    foreach (var (name, value) in context) RequestContext.Set(name, value);
                yield return (item!, record);
            }
            finally
            {
                if (context is not null)
                    foreach (string name in context.Keys) RequestContext.Remove(name);
            }
        }
    }
}
