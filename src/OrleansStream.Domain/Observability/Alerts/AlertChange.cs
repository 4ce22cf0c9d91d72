using System.Collections.Immutable;

namespace OrleansStream.Domain.Observability.Alerts;

/// <summary>An alert changed its status, or its value so much that whoever looks at it should know: a record of the topic <c>alerts</c>, key = service.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.AlertChange")]
public sealed record AlertChange
{
    /// <summary>Stable hash of the labels (<see cref="AlertFingerprint"/>): the alert's identity.</summary>
    [Id(0)] public required string Fingerprint { get; init; }
    [Id(1)] public required string RuleId { get; init; }
    [Id(2)] public required string Service { get; init; }
    [Id(3)] public AlertStatus Status { get; init; }

    /// <summary>Among them <c>alertname</c>, <c>service</c>, <c>severity</c>.</summary>
    [Id(4)] public ImmutableSortedDictionary<string, string> Labels { get; init; } = AlertFingerprint.NoLabels;
    [Id(5)] public ImmutableSortedDictionary<string, string> Annotations { get; init; } = AlertFingerprint.NoLabels;

    /// <summary>When the condition began to hold: of a pending one; of a firing one, when it began to fire. Event time.</summary>
    [Id(6)] public DateTimeOffset StartsAt { get; init; }

    /// <summary>When it was resolved; null before.</summary>
    [Id(7)] public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Of this change, event time.</summary>
    [Id(8)] public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What was seen, in the unit of the rule's signal.</summary>
    [Id(9)] public double Value { get; init; }

    /// <summary>What it was held against.</summary>
    [Id(10)] public double Threshold { get; init; }
    [Id(11)] public string? GeneratorUrl { get; init; }
}

/// <summary>The life of an alert. One that was pending only and whose condition ended is told of as resolved, too; its former status was never firing.</summary>
public enum AlertStatus
{
    Pending = 0,
    Firing = 1,
    Resolved = 2,
}
