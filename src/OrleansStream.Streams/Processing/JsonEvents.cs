using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace OrleansStream.Streams.Processing;

/// <summary>What an event says of itself; what it leaves out comes from the defaults.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Id">Its business id.</param>
/// <param name="Time">When it happened.</param>
public readonly record struct EventIdentity(string? Key, string? Id = null, DateTimeOffset? Time = null);

/// <summary>Reads events that are one JSON object of a type that System.Text.Json knows: what <see cref="StreamProcessor{TEvent, TState, TOutput, TFacts}.Read"/> is for most processors.</summary>
public static class JsonEvents
{
    private const string SpoiledName = "The record has a name with half of a surrogate pair.";

    /// <summary>
    /// Never throws for what it reads. Errors are <c>invalid-utf8</c>, <c>malformed-json</c>, <c>not-an-object</c>, <c>missing-field</c>, <c>invalid-type</c>, <c>time-in-future</c>, and those of <paramref name="check"/>.
    /// </summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="defaults">What an event gets that does not say it.</param>
    /// <param name="type">How it is read; members that are <c>required</c> must be there.</param>
    /// <param name="names">The processor's, for error texts.</param>
    /// <param name="identify">What it says of itself.</param>
    /// <param name="check">What is wrong with a value that could be read; null when nothing can be.</param>
    public static EventReading<TEvent> Read<TEvent>(
        ReadOnlySpan<byte> json, in ReadingDefaults defaults, JsonTypeInfo<TEvent> type, ProcessorNames names, Func<TEvent, EventIdentity> identify, Func<TEvent, IEnumerable<EventError>>? check = null)
    {
        if (!Utf8.IsValid(json)) return defaults.Refuse<TEvent>("invalid-utf8", "The record is not valid UTF-8.");
        TEvent? value;
        try
        {
            value = JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException e)
        {
            var (code, detail) = ErrorOf(e, json, type);
            return defaults.Refuse<TEvent>(code, detail);
        }
        catch (InvalidOperationException)
        {
            return defaults.Refuse<TEvent>("malformed-json", SpoiledName);
        }
        if (value is null) return defaults.Refuse<TEvent>("not-an-object", "The record must be a JSON object.");
        var said = identify(value);
        string key = said.Key is { Length: > 0 } own ? own : defaults.Key ?? "", id = said.Id is { Length: > 0 } given ? given : defaults.Id;
        var time = said.Time ?? defaults.Time;
        var errors = new List<EventError>();
        if (key.Length == 0) errors.Add(new EventError("missing-field", $"{names.KeyField} is required."));
        if (time > defaults.LatestTime) errors.Add(new EventError("time-in-future", "time is too far ahead of the server's clock."));
        if (check is not null) errors.AddRange(check(value));
        return new EventReading<TEvent>(errors.Count == 0 ? value : default, key, id, time, [.. errors]);
    }

    private static EventError ErrorOf(JsonException e, ReadOnlySpan<byte> json, JsonTypeInfo type)
    {
        // The framework's texts name types, which are nobody's business.
        if (e.InnerException is JsonException) return new EventError("malformed-json", $"The record is not valid JSON at byte {e.BytePositionInLine}.");
        var root = JsonElement.Parse(json);
        if (root.ValueKind != JsonValueKind.Object) return new EventError("not-an-object", "The record must be a JSON object.");
        string field = e.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "";
        if (field.Length > 0) return new EventError("invalid-type", $"{field} has the wrong type.");
        try
        {
            string[] missing = [.. type.Properties.Where(p => p.IsRequired && !root.TryGetProperty(p.Name, out _)).Select(p => p.Name)];
            return new EventError("missing-field", missing.Length > 0 ? $"{string.Join(", ", missing)} {(missing.Length > 1 ? "are" : "is")} required." : "A field is missing.");
        }
        catch (InvalidOperationException)
        {
            return new EventError("malformed-json", SpoiledName);
        }
    }
}
