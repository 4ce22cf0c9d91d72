using System.Text;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Conformance;

/// <summary>Records as tests need them.</summary>
public static class Records
{
    public static readonly DateTimeOffset Time = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    public static LogRecord Of(string key, string id, string value = "", string source = "") => new()
    {
        Key = key, Source = source, Id = id, Time = Time, ReceivedAt = Time, Value = Encoding.UTF8.GetBytes(value),
    };

    /// <summary>What the log on Kafka makes of a record without a value: its key was deleted there.</summary>
    public static LogRecord Tombstone(string key, string id) => new()
    {
        Key = key, Id = id, Time = Time, ReceivedAt = Time, Headers = [new(LogHeaders.Kind, LogHeaders.Tombstone)],
    };

    /// <summary>A record that stands at the offset; its id says where.</summary>
    public static LogRecord At(long offset, string key = "k", int valueBytes = 0) => new LogRecord
    {
        Key = key, Id = $"id-{offset}", Time = Time, ReceivedAt = Time, Value = new byte[valueBytes],
    }.At(offset);

    public static string Text(LogRecord record) => Encoding.UTF8.GetString(record.Value.Span);
}
