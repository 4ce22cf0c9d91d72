using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.KeyStreams;

/// <summary>
/// Between records and streams. Register one as a keyed service under the provider's name to replace the default: namespace = topic,
/// key = record key. Called for every record: cheap and without side effects.
/// </summary>
public interface IStreamIdSelector
{
    /// <summary>
    /// The stream that the record belongs to; null when it is not to be delivered. Records of one key should stay in one stream: order is
    /// kept per stream within a partition. A record for which it throws goes to the dead letters.
    /// </summary>
    StreamId? StreamOf(string topic, LogRecord record);

    /// <summary>Where what is produced to the stream is appended.</summary>
    /// <exception cref="ArgumentException">Nothing can be produced to this stream; the message says why.</exception>
    (string Topic, string Key) PlaceOf(StreamId stream);
}

/// <summary>Namespace = topic, key = record key.</summary>
internal sealed class TopicNamespaceSelector : IStreamIdSelector
{
    public StreamId? StreamOf(string topic, LogRecord record) => StreamId.Create(topic, record.Key);

    public (string Topic, string Key) PlaceOf(StreamId stream) => (stream.GetNamespace() ?? "", stream.GetKeyAsString());
}
