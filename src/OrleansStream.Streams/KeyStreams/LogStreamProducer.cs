using Orleans.Streams;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.KeyStreams;

/// <summary>Appends what is produced to a stream, and answers when it is durable.</summary>
internal sealed class LogStreamProducer(string provider, IEventLog log, IStreamIdSelector selector, StreamRecordFormat format, LogStreamOptions options)
{
    /// <exception cref="ArgumentException">A token was given, or nothing can be produced to the stream.</exception>
    /// <exception cref="LogUnavailableException">The log cannot take the events now; see there what may be assumed of them.</exception>
    public async Task AppendAsync<T>(StreamId stream, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext)
    {
        if (token is not null)
            throw new ArgumentException($"Log streams '{provider}' give events their place themselves: produce to {stream} without a token.", nameof(token));
        var (topic, key) = selector.PlaceOf(stream);
        if (!options.Topics.Contains(topic))
            throw new ArgumentException(
                $"Stream {stream} belongs to topic '{topic}', which log streams '{provider}' do not have (they have: {string.Join(", ", options.Topics)}).",
                nameof(stream));
        LogRecord[] records = [.. events.Select(item => format.ToRecord(key, item, requestContext))];
        if (records.Length == 0) return;
        var results = await log.AppendAsync(topic, records);
        int duplicates = results.Count(r => r.Duplicate);
        StreamMetrics.Appended.Add(results.Length - duplicates, StreamMetrics.Topic(topic));
        if (duplicates > 0) StreamMetrics.Duplicates.Add(duplicates, StreamMetrics.Topic(topic));
    }
}
