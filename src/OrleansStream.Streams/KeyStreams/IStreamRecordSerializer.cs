using System.Diagnostics.CodeAnalysis;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.KeyStreams;

/// <summary>
/// Between events and the values of records. Register one as a keyed service under the provider's name, on silos and clients alike;
/// the default is Orleans' own serializer.
/// </summary>
public interface IStreamRecordSerializer
{
    byte[] Serialize<T>(T item);

    /// <summary>
    /// False when the record holds an event of another type, which this subscriber did not ask for. Called where the event is consumed: an
    /// exception is a failed delivery of this record, not of those read with it.
    /// </summary>
    bool TryDeserialize<T>(LogRecord record, [MaybeNullWhen(false)] out T item);
}

/// <summary>An event that brings its own id: sent again after an error, it is appended once.</summary>
public interface IIdentifiedEvent
{
    string EventId { get; }
}
