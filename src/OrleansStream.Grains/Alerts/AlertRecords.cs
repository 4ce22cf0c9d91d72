using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Alerting;
using OrleansStream.Streams.Log;

namespace OrleansStream.Grains.Alerts;

/// <summary>
/// What people and other systems say about alerts: a record of the topic <c>alerting</c>, of one partition, so that every process sees the same order. Each is a whole
/// thing that replaces the former of its key; one member is set.
/// </summary>
internal sealed record AlertingRecord
{
    public const string Topic = "alerting";

    public Silence? Silence { get; init; }
    public WebhookReceiver? Receiver { get; init; }
    public string? RemovedReceiver { get; init; }
    public PostedAlert? Posted { get; init; }
    public Acknowledgement? Acknowledgement { get; init; }

    public static TopicDeclaration Declaration { get; } = new(Topic, 1) { MayUseReserve = true, IsCompacted = true };

    [JsonIgnore]
    public string Key => this switch
    {
        { Silence: { } silence } => $"silence/{silence.Id}",
        { Receiver: { } receiver } => $"receiver/{receiver.Name}",
        { RemovedReceiver: { } name } => $"receiver/{name}",
        { Acknowledgement: { } acknowledgement } => $"acknowledgement/{acknowledgement.Fingerprint}",
        _ => $"posted/{Posted!.Fingerprint}",
    };

    public LogRecord ToRecord(string id, DateTimeOffset now) => new()
    {
        Key = Key, Source = Topic, Id = id, Time = now, ReceivedAt = now, Value = JsonSerializer.SerializeToUtf8Bytes(this, AlertingJson.Default.AlertingRecord),
    };

    public static AlertingRecord? Read(LogRecord record) => JsonSerializer.Deserialize(record.Value.Span, AlertingJson.Default.AlertingRecord);
}

/// <summary>An alert that somebody posted, as Prometheus does again and again while it fires.</summary>
/// <param name="Fingerprint">Identity of the labels.</param>
/// <param name="Labels">At least one.</param>
/// <param name="Annotations">Texts for people.</param>
/// <param name="StartsAt">When it began; null: when it was first posted.</param>
/// <param name="EndsAt">When it is over unless it is posted again.</param>
/// <param name="GeneratorUrl">Where it comes from.</param>
public sealed record PostedAlert(
    string Fingerprint, ImmutableSortedDictionary<string, string> Labels, ImmutableSortedDictionary<string, string> Annotations, DateTimeOffset? StartsAt,
    DateTimeOffset EndsAt, string? GeneratorUrl);

/// <summary>Somebody cares for an alert: no repeats of it until it is over.</summary>
/// <param name="Fingerprint">Which alert.</param>
/// <param name="StartsAt">Which of its times.</param>
/// <param name="At">When.</param>
/// <param name="By">Who.</param>
/// <param name="Note">What they said.</param>
public sealed record Acknowledgement(string Fingerprint, DateTimeOffset StartsAt, DateTimeOffset At, string By, string? Note);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AlertingRecord))]
[JsonSerializable(typeof(AlertBookPiece))]
[JsonSerializable(typeof(SentGroups))]
internal sealed partial class AlertingJson : JsonSerializerContext;
