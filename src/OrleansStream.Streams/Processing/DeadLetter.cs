using System.Security.Cryptography;
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

    /// <summary>A larger record is in its letter with the start of its value only, bytes: the letter itself must fit any log.</summary>
    public const int MaxRecordBytes = 512 << 10;

    private const int CutValueBytes = 64 << 10;
    private const int MaxExceptionLength = 8 << 10;

    /// <summary>When the event happened; null in letters of earlier releases, as are the next two.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>When the event was handed in.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>The record's headers.</summary>
    public KeyValuePair<string, string>[]? Headers { get; init; }

    /// <summary>Set when <see cref="Value"/> is only the start of the record's, and the headers are left out; redriving reads the record where it stands.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CutValue? Cut { get; init; }

    /// <summary>The place of the record, which is the letter's id.</summary>
    [JsonIgnore]
    public Position Position => new(Topic, Partition, Offset);

    public static DeadLetter Of(LogRecord record, TopicPartition partition, Exception exception, int attempts) => Of(
        record, partition, exception switch { InvalidDataException => "undecodable", StateUnreadableException => "state-unreadable", StateUnstorableException => "state-unstorable", _ => "apply-failed" },
        $"{exception.GetType().Name}: {exception.Message}", attempts);

    /// <summary>With a stable code for programs and the reason for people.</summary>
    public static DeadLetter Of(LogRecord record, TopicPartition partition, string code, string reason, int attempts)
    {
        bool whole = record.Size <= MaxRecordBytes;
        return new DeadLetter(
            partition.Topic, partition.Partition, record.Offset, record.Key, record.Source, record.Id, code,
            reason.Length <= MaxExceptionLength ? reason : reason[..MaxExceptionLength] + "…", attempts,
            whole ? record.Value.ToArray() : record.Value[..Math.Min(CutValueBytes, record.Value.Length)].ToArray())
        {
            Time = record.Time, ReceivedAt = record.ReceivedAt, Headers = whole ? record.Headers : null,
            Cut = whole ? null : new CutValue(record.Value.Length, Convert.ToHexStringLower(SHA256.HashData(record.Value.Span))),
        };
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, DeadLetterJson.Default.DeadLetter);

    public static DeadLetter FromJson(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, DeadLetterJson.Default.DeadLetter)!;
}

/// <summary>What a letter says of a value that it does not hold whole.</summary>
/// <param name="Bytes">The value's length.</param>
/// <param name="Sha256">Its SHA-256, hexadecimal.</param>
public sealed record CutValue(long Bytes, string Sha256)
{
    public bool Matches(ReadOnlySpan<byte> value) => value.Length == Bytes && Convert.ToHexStringLower(SHA256.HashData(value)) == Sha256;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DeadLetter))]
internal sealed partial class DeadLetterJson : JsonSerializerContext;
