using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.CloudEvents;

/// <summary>What surrounds an event in a CloudEvent.</summary>
/// <param name="Source">With <paramref name="Id"/> the identity for de-duplication.</param>
/// <param name="Id">The CloudEvent's id; the event may have another one.</param>
/// <param name="Key">The key of an event that does not say its own.</param>
/// <param name="Time">When it happened, if the event does not say it.</param>
/// <param name="Headers">All attributes, as headers of the record.</param>
/// <param name="Data">The event: UTF-8 JSON, or what claims to be.</param>
internal sealed record EventEnvelope(
    string Source, string Id, string? Key, DateTimeOffset? Time, KeyValuePair<string, string>[] Headers, ReadOnlyMemory<byte> Data);

/// <summary>An envelope, or why there is none.</summary>
/// <param name="Envelope">Null when there is an error.</param>
/// <param name="Id">The CloudEvent's id, as far as it could be read.</param>
/// <param name="Error">What is wrong.</param>
internal readonly record struct EnvelopeReading(EventEnvelope? Envelope, string? Id, EventError Error)
{
    public static EnvelopeReading Refuse(string code, string detail, string? id = null) => new(null, id, new EventError(code, detail));

    /// <summary>The attributes are not those of a CloudEvent of version 1.0.</summary>
    public static EnvelopeReading Invalid(string detail, string? id = null) => Refuse(CloudEventErrors.Invalid, detail, id);
}

/// <summary>The codes with which a CloudEvent is refused, beside those of its processor.</summary>
internal static class CloudEventErrors
{
    public const string Invalid = "invalid-cloudevent";
    public const string MissingData = "missing-data";
    public const string Base64Data = "base64-data";
    public const string AttributesTooLarge = "attributes-too-large";
    public const string ContentType = "unsupported-content-type";
}
