using System.Text;
using System.Text.Unicode;
using Confluent.Kafka;

namespace OrleansStream.Streams.Kafka.Records;

/// <summary>
/// A record's key as text and back: UTF-8 as it is, anything else as <c>base64:…</c>, so that every key of a producer that knows nothing of us has one text, and what is
/// appended for it goes to its partition.
/// </summary>
/// <param name="Text">Null when the record has none.</param>
internal readonly record struct KafkaKey(string? Text)
{
    private const string Prefix = "base64:";

    public static readonly IDeserializer<KafkaKey> Deserializer = new KeyDeserializer();

    public static byte[] ToBytes(string key) => Decode(key) ?? Encoding.UTF8.GetBytes(key);

    public static string FromBytes(ReadOnlySpan<byte> bytes) => NeedsEncoding(bytes) ? Prefix + Convert.ToBase64String(bytes) : Encoding.UTF8.GetString(bytes);

    /// <summary>The bytes that a text stands for; null when it is just text, also when that happens to look the same.</summary>
    private static byte[]? Decode(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        byte[] buffer = new byte[text.Length];
        if (!Convert.TryFromBase64String(text[Prefix.Length..], buffer, out int length)) return null;
        byte[] bytes = buffer[..length];
        return NeedsEncoding(bytes) && Convert.ToBase64String(bytes) == text[Prefix.Length..] ? bytes : null;
    }

    private static bool NeedsEncoding(ReadOnlySpan<byte> bytes) =>
        !Utf8.IsValid(bytes) || (bytes.StartsWith("base64:"u8) && Decode(Encoding.UTF8.GetString(bytes)) is not null);

    /// <inheritdoc cref="Partition(ReadOnlySpan{byte}, int)"/>
    public static int Partition(string key, int partitions) =>
        Decode(key) is { } bytes ? Partition(bytes, partitions) : Log.Murmur2Partitioner.Partition(key, partitions);

    /// <summary>As Kafka's Java client places it.</summary>
    public static int Partition(ReadOnlySpan<byte> key, int partitions) => (int)(Log.Murmur2Partitioner.Hash(key) & 0x7fffffff) % partitions;

    private sealed class KeyDeserializer : IDeserializer<KafkaKey>
    {
        public KafkaKey Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) => new(isNull ? null : FromBytes(data));
    }
}
