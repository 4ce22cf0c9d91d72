using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Kafka;

/// <summary>
/// Finds a key for records that came without one, from producers that know nothing of it. Register one as a service; without, the CloudEvents attribute
/// <c>partitionkey</c> is taken. Called on the consumer's thread for every such record: cheap and without side effects.
/// <para>
/// Records without a key lie in any partition: those of one key are in order only as far as they lie in the same one, and the product's own processors take only those
/// that lie where their key belongs.
/// </para>
/// </summary>
public interface IKafkaKeySelector
{
    /// <summary>Null when the record has none: it goes to the dead letters, as it does when this throws.</summary>
    string? KeyOf(string topic, LogRecord record);
}
