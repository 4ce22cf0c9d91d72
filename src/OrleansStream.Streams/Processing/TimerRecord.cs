using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Processing;

/// <summary>A timer that came due, as a record of its key's topic. Its identity is the timer's, so that appending it twice counts once.</summary>
internal static class TimerRecord
{
    public static LogRecord Of(string key, TimerDue timer, DateTimeOffset now) => new()
    {
        Key = key, Source = LogSources.Timer, Id = $"{timer.Name}@{timer.DueAt.UtcTicks}", Time = timer.DueAt, ReceivedAt = now,
        Headers = [new(LogHeaders.Kind, LogHeaders.TimerDue)],
        Value = JsonSerializer.SerializeToUtf8Bytes(timer, TimerJson.Default.TimerDue),
    };

    public static TimerDue Read(LogRecord record) => JsonSerializer.Deserialize(record.Value.Span, TimerJson.Default.TimerDue);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TimerDue))]
internal sealed partial class TimerJson : JsonSerializerContext;
