using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.DeadLetters;

/// <summary>
/// Changes of dead letters as records of their own topic, with the letter's key, so that they stand behind it in its partition and every process reads the same. Its
/// id is the letter's and the change: made twice, it counts once.
/// </summary>
internal static class DeadLetterRecord
{
    public static LogRecord Redriven(DeadLetterEntry letter, Position position, DateTimeOffset now) => Of(letter, position, LogHeaders.DeadLetterRedriven, now);

    public static LogRecord Deleted(DeadLetterEntry letter, DateTimeOffset now) => Of(letter, null, LogHeaders.DeadLetterDeleted, now);

    public static DeadLetterChange ReadChange(LogRecord record) =>
        JsonSerializer.Deserialize(record.Value.Span, DeadLetterListJson.Default.DeadLetterChange) ?? throw new InvalidDataException("The record holds no change.");

    public static DeadLetterEntry ReadLetter(LogRecord record, TopicPartition partition)
    {
        var letter = DeadLetter.FromJson(record.Value.Span);
        return new DeadLetterEntry(
            letter.Position, new Position(partition.Topic, partition.Partition, record.Offset), letter.Key, letter.Code, letter.Exception, letter.Attempts,
            record.ReceivedAt, letter.Headers?.LastOrDefault(h => h.Key == LogHeaders.RedriveOf).Value);
    }

    /// <summary>The original record to its topic again: the same but for the header that lets it pass de-duplication, once.</summary>
    public static LogRecord Again(DeadLetter letter, DateTimeOffset failedAt, DateTimeOffset now) => new()
    {
        Key = letter.Key, Source = letter.Source, Id = letter.Id, Time = letter.Time ?? failedAt, ReceivedAt = now, Value = letter.Value,
        Headers = [.. (letter.Headers ?? []).Where(h => h.Key != LogHeaders.RedriveOf), new(LogHeaders.RedriveOf, letter.Position.ToString())],
    };

    private static LogRecord Of(DeadLetterEntry letter, Position? position, string kind, DateTimeOffset now) => new()
    {
        Key = letter.Key, Source = letter.Id.Topic, Id = $"{letter.Id}/{kind}", Time = now, ReceivedAt = now, Headers = [new(LogHeaders.Kind, kind)],
        Value = JsonSerializer.SerializeToUtf8Bytes(new DeadLetterChange(letter.Id.ToString(), position?.ToString()), DeadLetterListJson.Default.DeadLetterChange),
    };
}

/// <param name="Id">The letter.</param>
/// <param name="Position">Where it stands now, when it was sent again.</param>
internal sealed record DeadLetterChange(string Id, string? Position);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DeadLetterChange))]
[JsonSerializable(typeof(List<DeadLetterEntry>))]
[JsonSerializable(typeof(RedrivePlan))]
internal sealed partial class DeadLetterListJson : JsonSerializerContext;
