using System.Collections.Immutable;

namespace OrleansStream.Domain.Observability.Alerts;

/// <summary>An alert while it is pending or firing, as the service keeps it. Times are event time, ms.</summary>
public sealed record ActiveAlert
{
    public required string RuleId { get; init; }
    public AlertStatus Status { get; init; }

    /// <summary>Since when the condition holds.</summary>
    public long Since { get; init; }

    /// <summary>Since when it fires; 0 before.</summary>
    public long FiringSince { get; init; }

    /// <summary>When the condition held last.</summary>
    public long LastTrue { get; init; }

    /// <summary>What the last change told, and when.</summary>
    public double ToldValue { get; init; }
    public long ToldAt { get; init; }
    public double Threshold { get; init; }

    /// <summary>Kept so that it can be resolved when its rule is gone.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = AlertFingerprint.NoLabels;
}
