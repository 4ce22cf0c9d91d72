using System.Collections.Immutable;
using OrleansStream.Domain.Observability.Alerts;

namespace OrleansStream.Domain.Alerting;

/// <summary>An alert as notifications and lists see it, wherever it comes from: a rule of a service, or somebody who posted it.</summary>
public sealed record Alert
{
    /// <summary>Identity of the labels.</summary>
    public required string Fingerprint { get; init; }
    public required ImmutableSortedDictionary<string, string> Labels { get; init; }
    public ImmutableSortedDictionary<string, string> Annotations { get; init; } = AlertFingerprint.NoLabels;

    /// <summary>The condition holds, but not for long enough yet.</summary>
    public bool IsPending { get; init; }
    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>When it was, or will be, over; null while nobody can say. One that somebody posted ends when it is not posted again.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>When this was last said.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
    public string? GeneratorUrl { get; init; }

    /// <summary>The rule that says so; null for one that was posted.</summary>
    public string? RuleId { get; init; }
    public double? Value { get; init; }
    public double? Threshold { get; init; }

    /// <summary>Tells this time from any other time the same condition held.</summary>
    public string Episode => $"{Fingerprint}@{StartsAt.UtcTicks}";

    public bool IsResolvedAt(DateTimeOffset now) => EndsAt <= now;

    public static Alert Of(AlertChange change) => new()
    {
        Fingerprint = change.Fingerprint,
        Labels = change.Labels,
        Annotations = change.Annotations,
        IsPending = change.Status == AlertStatus.Pending,
        StartsAt = change.StartsAt,
        EndsAt = change.EndsAt,
        UpdatedAt = change.UpdatedAt,
        GeneratorUrl = change.GeneratorUrl,
        RuleId = change.RuleId,
        Value = change.Value,
        Threshold = change.Threshold,
    };
}
