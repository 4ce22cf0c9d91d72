using OrleansStream.Domain.Alerting;
using OrleansStream.Domain.Observability.Alerts;

namespace OrleansStream.Domain.Tests.Alerting;

internal static class GivenAlerts
{
    public static DateTimeOffset At(double seconds) => new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero).AddSeconds(seconds);

    public static Alert Firing(string service, string name = "errors", double since = 0, double? until = null)
    {
        var labels = AlertFingerprint.NoLabels.Add("alertname", name).Add("service", service).Add("severity", "critical");
        return new Alert
        {
            Fingerprint = AlertFingerprint.Of(labels), Labels = labels, StartsAt = At(since), UpdatedAt = At(since), EndsAt = until is { } end ? At(end) : null,
        };
    }

    /// <summary>Known since it began.</summary>
    public static AlertStanding Standing(this Alert alert, bool silenced = false, bool acknowledged = false) => new(alert, alert.StartsAt, silenced, acknowledged);
}
