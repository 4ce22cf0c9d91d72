using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansStream.Domain.Observability.Alerts;

/// <summary>Changes as records of the topic <c>alerts</c> and as API clients see them: camel case, statuses <c>pending|firing|resolved</c>, times RFC 3339.</summary>
public static class AlertChangeJson
{
    public static byte[] Write(AlertChange change) => JsonSerializer.SerializeToUtf8Bytes(AlertChangeView.Of(change), AlertJson.Default.AlertChangeView);

    /// <summary>Of an alert that no rule of a service made: whoever reads changes of services' alerts passes it over, streams show it.</summary>
    public static byte[] WriteForeign(AlertChangeView view) => JsonSerializer.SerializeToUtf8Bytes(view with { RuleId = null }, AlertJson.Default.AlertChangeView);

    /// <returns>Null for what is no change of a service's alert.</returns>
    public static AlertChange? Read(ReadOnlySpan<byte> utf8Json)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8Json, AlertJson.Default.AlertChangeView)?.ToChange();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The document.</summary>
public sealed record AlertChangeView(
    string? Fingerprint, string? RuleId, string? Service, string? Status, IReadOnlyDictionary<string, string>? Labels, IReadOnlyDictionary<string, string>? Annotations,
    DateTimeOffset StartsAt, DateTimeOffset? EndsAt, DateTimeOffset UpdatedAt, double? Value, double? Threshold, string? GeneratorUrl)
{
    public static AlertChangeView Of(AlertChange change) => new(
        change.Fingerprint, change.RuleId, change.Service, change.Status switch { AlertStatus.Pending => "pending", AlertStatus.Firing => "firing", _ => "resolved" },
        change.Labels, change.Annotations, change.StartsAt, change.EndsAt, change.UpdatedAt, change.Value, change.Threshold, change.GeneratorUrl);

    public AlertChange? ToChange() =>
        Fingerprint is null || RuleId is null || Service is null || Status is not ("pending" or "firing" or "resolved") ? null : new AlertChange
        {
            Fingerprint = Fingerprint,
            RuleId = RuleId,
            Service = Service,
            Status = Status switch { "pending" => AlertStatus.Pending, "firing" => AlertStatus.Firing, _ => AlertStatus.Resolved },
            Labels = AlertFingerprint.NoLabels.SetItems(Labels ?? AlertFingerprint.NoLabels),
            Annotations = AlertFingerprint.NoLabels.SetItems(Annotations ?? AlertFingerprint.NoLabels),
            StartsAt = StartsAt,
            EndsAt = EndsAt,
            UpdatedAt = UpdatedAt,
            Value = Value ?? 0,
            Threshold = Threshold ?? 0,
            GeneratorUrl = GeneratorUrl,
        };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(AlertChangeView))]
internal sealed partial class AlertJson : JsonSerializerContext;
