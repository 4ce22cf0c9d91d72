using OrleansStream.Domain.Alerting;
using OrleansStream.Grains.Alerts;

namespace OrleansStream.Gateway.Alerts;

/// <summary><c>gettableAlert</c>.</summary>
internal sealed record AlertmanagerAlert(
    IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations, string StartsAt, string EndsAt, string UpdatedAt, string GeneratorURL, string Fingerprint,
    IReadOnlyList<AlertmanagerReceiver> Receivers, AlertmanagerAlertStatus Status)
{
    public static AlertmanagerAlert Of(AlertEntry entry, IEnumerable<string> receivers, DateTimeOffset now)
    {
        var alert = entry.Alert;
        return new AlertmanagerAlert(
            alert.Labels, alert.Annotations, AlertmanagerTime.Of(alert.StartsAt), AlertmanagerTime.Of(alert.EndsAt ?? now + AlertService.ResolveTimeout), AlertmanagerTime.Of(alert.UpdatedAt),
            alert.GeneratorUrl ?? "", alert.Fingerprint, [.. receivers.Select(name => new AlertmanagerReceiver(name))],
            new AlertmanagerAlertStatus(entry.SilencedBy.Count > 0 ? "suppressed" : "active", entry.SilencedBy, [], []));
    }
}

internal sealed record AlertmanagerAlertStatus(string State, IReadOnlyList<string> SilencedBy, IReadOnlyList<string> InhibitedBy, IReadOnlyList<string> MutedBy);

internal sealed record AlertmanagerReceiver(string Name);

/// <summary><c>alertGroup</c>.</summary>
internal sealed record AlertmanagerGroup(IReadOnlyDictionary<string, string> Labels, AlertmanagerReceiver Receiver, IReadOnlyList<AlertmanagerAlert> Alerts);

/// <summary><c>gettableSilence</c>.</summary>
internal sealed record AlertmanagerSilence(
    string Id, AlertmanagerSilenceStatus Status, string UpdatedAt, string Comment, string CreatedBy, string StartsAt, string EndsAt, IReadOnlyList<AlertmanagerMatcher> Matchers)
{
    public static AlertmanagerSilence Of(Silence silence, DateTimeOffset now) => new(
        silence.Id, new AlertmanagerSilenceStatus(silence.StateAt(now)), AlertmanagerTime.Of(silence.UpdatedAt), silence.Comment, silence.CreatedBy, AlertmanagerTime.Of(silence.StartsAt),
        AlertmanagerTime.Of(silence.EndsAt), [.. silence.Matchers.Select(m => new AlertmanagerMatcher(m.Name, m.Value, m.IsRegex, m.IsEqual))]);
}

internal sealed record AlertmanagerSilenceStatus(string State);

internal sealed record AlertmanagerMatcher(string Name, string Value, bool IsRegex, bool IsEqual);

internal static class AlertmanagerExamples
{
    public const string BadMatcher = "\"'severity' is no matcher\"";

    public const string Alerts =
        """
        [{"labels":{"alertname":"DiskFull","instance":"db-1","severity":"critical"},"annotations":{"summary":"No space."},"startsAt":"2026-11-22T10:00:00.000Z","endsAt":"2026-11-22T10:05:00.000Z","updatedAt":"2026-11-22T10:00:00.000Z","generatorURL":"","fingerprint":"5f0c9f0e4b1f4d0e","receivers":[{"name":"on-call"}],"status":{"state":"active","silencedBy":[],"inhibitedBy":[],"mutedBy":[]}}]
        """;

    public const string NewSilence =
        """
        {"matchers":[{"name":"service","value":"checkout","isRegex":false,"isEqual":true}],"startsAt":"2026-11-22T10:00:00Z","endsAt":"2026-11-22T12:00:00Z","createdBy":"ana","comment":"deploying"}
        """;

    public const string Silence =
        """
        {"id":"019aaf0f-5e2c-7d3f-8b1a-0c9d2e4f6a73","status":{"state":"active"},"updatedAt":"2026-11-22T10:00:00.000Z","comment":"deploying","createdBy":"ana","startsAt":"2026-11-22T10:00:00.000Z","endsAt":"2026-11-22T12:00:00.000Z","matchers":[{"name":"service","value":"checkout","isRegex":false,"isEqual":true}]}
        """;
}
