using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Processing;

/// <summary>A record that its key could not apply, with all that is needed to look into it and to send it again.</summary>
public sealed record DeadLetter(
    string Topic, int Partition, long Offset, string Key, string Source, string Id, string Code, string Exception, int Attempts, byte[] Value)
{
    /// <summary>The topic of all dead letters.</summary>
    public const string TopicName = "dead-letters";

    /// <summary>When the event happened; null in letters of earlier releases, as are the next two.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>When the event was handed in.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>The record's headers.</summary>
    public KeyValuePair<string, string>[]? Headers { get; init; }

    /// <summary>The place of the record, which is the letter's id.</summary>
    [JsonIgnore]
    public Position Position => new(Topic, Partition, Offset);

    public static DeadLetter Of(LogRecord record, TopicPartition partition, Exception exception, int attempts) => new(
        partition.Topic, partition.Partition, record.Offset, record.Key, record.Source, record.Id,
        exception switch { InvalidDataException => "undecodable", StateUnreadableException => "state-unreadable", _ => "apply-failed" }, $"{exception.GetType().Name}: {exception.Message}", attempts, record.Value.ToArray())
    {
        Time = record.Time, ReceivedAt = record.ReceivedAt, Headers = record.Headers,
    };

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, DeadLetterJson.Default.DeadLetter);

    public static DeadLetter FromJson(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, DeadLetterJson.Default.DeadLetter)!;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DeadLetter))]
internal sealed partial class DeadLetterJson : JsonSerializerContext;
