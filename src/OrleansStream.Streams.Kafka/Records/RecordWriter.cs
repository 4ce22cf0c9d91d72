using System.Globalization;
using System.Text;
using Confluent.Kafka;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Kafka.Records;

/// <summary>
/// A record as a Kafka message: a CloudEvent in binary mode, the value as it is, the key in UTF-8. First what is derived from the record, then our own header, then the
/// record's headers word for word; attributes that are among those are not written twice.
/// </summary>
internal static class RecordWriter
{
    private static readonly byte[] Version = "1.0"u8.ToArray();
    private static readonly byte[] Json = Encoding.UTF8.GetBytes(WireHeaders.Json);

    public static Message<byte[], ReadOnlyMemory<byte>> ToMessage(string topic, LogRecord record, byte[] key)
    {
        var headers = new Confluent.Kafka.Headers();
        var own = record.Headers;
        if (Find(own, WireHeaders.SpecVersion) is null) headers.Add(WireHeaders.SpecVersion, Version);
        Derive(headers, own, WireHeaders.Id, WireHeaders.OwnId, record.Id);
        Derive(headers, own, WireHeaders.Source, WireHeaders.OwnSource, record.Source.Length == 0 ? WireHeaders.NoSource : record.Source);
        if (Find(own, WireHeaders.Type) is null) Add(headers, WireHeaders.Type, topic);
        Derive(headers, own, WireHeaders.Time, WireHeaders.OwnTime, Text(record.Time));
        if (Find(own, WireHeaders.ContentType) is null) headers.Add(WireHeaders.ContentType, Json);
        Add(headers, WireHeaders.ReceivedAt, record.ReceivedAt.UtcTicks.ToString(CultureInfo.InvariantCulture));
        foreach (var (name, value) in own) Add(headers, name, value);
        return new Message<byte[], ReadOnlyMemory<byte>> { Key = key, Value = record.Value, Headers = headers, Timestamp = TimestampOf(record.ReceivedAt) };
    }

    /// <summary>What the record weighs on the wire, at most.</summary>
    public static int MaxSize(LogRecord record)
    {
        int size = 512 + 3 * (record.Key.Length + record.Id.Length + record.Source.Length) + record.Value.Length;
        foreach (var (name, value) in record.Headers) size += 16 + 3 * (name.Length + value.Length);
        return size;
    }

    /// <summary>RFC 3339, to the tick.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A broker knows milliseconds since 1970; before that there is none.</summary>
    private static Timestamp TimestampOf(DateTimeOffset time) => new(Math.Max(0, time.ToUnixTimeMilliseconds()), TimestampType.CreateTime);

    private static void Derive(Confluent.Kafka.Headers headers, KeyValuePair<string, string>[] own, string attribute, string otherwise, string value)
    {
        string? said = Find(own, attribute);
        if (said is null) Add(headers, attribute, value);
        else if (said != value) Add(headers, otherwise, value);
    }

    private static string? Find(KeyValuePair<string, string>[] headers, string name)
    {
        foreach (var (key, value) in headers)
            if (key == name) return value;
        return null;
    }

    private static void Add(Confluent.Kafka.Headers headers, string name, string value) => headers.Add(name, Encoding.UTF8.GetBytes(value));
}
