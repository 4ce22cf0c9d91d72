using System.Collections.Immutable;
using OrleansStream.Domain.Observability.Alerts;

namespace OrleansStream.Domain.Observability.Rules;

/// <summary>
/// Rules that make sense for any service: a sudden rise of its errors. Within ten seconds, so that the second that shows it is enough; with so much traffic, so many
/// errors and such a share of them that a few failures of a quiet service are none; and more than the service's own usual share can explain.
/// </summary>
internal static class DefaultAlertRules
{
    public static ImmutableArray<AlertRule> All { get; } =
    [
        ErrorRate("service-error-rate", "requests.errorRatio", "critical", "{{ $labels.service }}: {{ $value | percent }} of the requests fail"),
        ErrorRate("service-log-errors", "logs.errorRatio", "warning", "{{ $labels.service }}: {{ $value | percent }} of the log records are errors"),
    ];

    private static AlertRule ErrorRate(string id, string signal, string severity, string summary) => new()
    {
        Id = id,
        Type = "ratio",
        Signal = signal,
        Window = "10s",
        Threshold = 0.1,
        MinTotal = 10,
        MinBad = 5,
        Significance = 1e-9,
        KeepFiringFor = "1m",
        Labels = AlertFingerprint.NoLabels.Add("severity", severity),
        Annotations = AlertFingerprint.NoLabels.Add("summary", summary)
            .Add("description", "Within ten seconds; the rule asks for {{ $threshold | percent }} and more than is usual for this service."),
    };
}
