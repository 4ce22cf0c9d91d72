using System.Globalization;
using OrleansStream.Domain.Alerting;
using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Grains.Services;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains.Alerts;

/// <summary>Says something about alerts, from any process: this one knows it when the call returns, the others moments later.</summary>
public sealed class AlertService(AlertBook book, IReadModels models, IEventLog log, IGrainFactory grains, TimeProvider time)
{
    /// <summary>How long an alert that somebody posted holds without being posted again, as Alertmanager's <c>resolve_timeout</c>.</summary>
    public static readonly TimeSpan ResolveTimeout = TimeSpan.FromMinutes(5);

    /// <summary>Takes alerts in as they were posted; the labels and times are valid.</summary>
    public async Task PostAsync(IReadOnlyList<PostedAlert> alerts, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var fired = alerts.Select(a => a.Fingerprint).Where(f => book.Find(f, now)?.Alert.IsResolvedAt(now) == false).ToHashSet();
        await SayAsync([.. alerts.Select(alert => new AlertingRecord { Posted = alert })], cancellationToken);
        await AnnounceAsync([.. alerts.Where(a => fired.Contains(a.Fingerprint) == (a.EndsAt <= now)).Select(a => a.Fingerprint).Distinct()], now, cancellationToken);
    }

    /// <summary>Makes a silence or changes one. One that began already and gets other matchers ends, and a new one begins, as in Alertmanager.</summary>
    /// <returns>Its id; null when there is none with the id to change.</returns>
    public async Task<string?> SilenceAsync(Silence silence, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (silence.Id.Length == 0) silence = silence with { Id = NewId(now) };
        else if (book.FindSilence(silence.Id) is not { } known) return null;
        else if (known.StateAt(now) == "expired" || (known.StateAt(now) == "active" && !known.Matchers.SequenceEqual(silence.Matchers)))
        {
            if (known.StateAt(now) == "active") await SayAsync([new AlertingRecord { Silence = known with { EndsAt = now, UpdatedAt = now } }], cancellationToken);
            silence = silence with { Id = NewId(now) };
        }
        // It begins now at the earliest: what was is not undone.
        var start = silence.StartsAt < now && book.FindSilence(silence.Id) is null ? now : silence.StartsAt;
        await SayAsync([new AlertingRecord { Silence = silence with { StartsAt = start, UpdatedAt = now } }], cancellationToken);
        return silence.Id;
    }

    /// <returns>False when there is none that could be ended.</returns>
    public async Task<bool> ExpireAsync(string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (book.FindSilence(id) is not { } silence || silence.StateAt(now) == "expired") return false;
        await SayAsync([new AlertingRecord { Silence = silence with { StartsAt = silence.StartsAt > now ? now : silence.StartsAt, EndsAt = now, UpdatedAt = now } }], cancellationToken);
        return true;
    }

    /// <returns>The alert then; null when there is none that fires.</returns>
    public async Task<AlertEntry?> AcknowledgeAsync(string fingerprint, string by, string? note, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (book.Find(fingerprint, now) is not { } entry || entry.Alert.IsResolvedAt(now)) return null;
        if (entry.Acknowledgement is null)
            await SayAsync([new AlertingRecord { Acknowledgement = new Acknowledgement(fingerprint, entry.Alert.StartsAt, now, by, note) }], cancellationToken);
        return book.Find(fingerprint, now);
    }

    /// <summary>Sets receivers; with <paramref name="replace"/> others go. A receiver that keeps its URL keeps its secret when none is given.</summary>
    public async Task SetReceiversAsync(IReadOnlyList<WebhookReceiver> receivers, bool replace, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var records = receivers.Select(receiver => book.FindReceiver(receiver.Name) is { } known
                ? receiver with { Since = known.Since, Secret = receiver.Secret.Length == 0 && receiver.Url == known.Url ? known.Secret : receiver.Secret }
                : receiver with { Since = now })
            .Select(receiver => new AlertingRecord { Receiver = receiver }).ToList();
        if (replace) records.AddRange(book.Receivers().Where(r => receivers.All(kept => kept.Name != r.Name)).Select(r => new AlertingRecord { RemovedReceiver = r.Name }));
        await SayAsync(records, cancellationToken);
        // Otherwise they are told from the next round of attendance on.
        foreach (var receiver in receivers) grains.GetGrain<IReceiverGrain>(receiver.Name).Attend().AsTask().Ignore();
    }

    /// <returns>False when there is none.</returns>
    public async Task<bool> RemoveReceiverAsync(string name, CancellationToken cancellationToken)
    {
        if (book.FindReceiver(name) is null) return false;
        await SayAsync([new AlertingRecord { RemovedReceiver = name }], cancellationToken);
        return true;
    }

    /// <summary>Posted alerts that began or ended, on the stream of changes. The ids make what several gateways are told at once one change.</summary>
    private async Task AnnounceAsync(string[] fingerprints, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var changes = new List<LogRecord>(fingerprints.Length);
        foreach (string fingerprint in fingerprints)
        {
            if (book.Find(fingerprint, now)?.Alert is not { RuleId: null } alert) continue;
            string status = alert.IsResolvedAt(now) ? "resolved" : "firing", service = alert.Labels.GetValueOrDefault("service", "");
            var view = new AlertChangeView(
                fingerprint, null, service.Length > 0 ? service : null, status, alert.Labels, alert.Annotations, alert.StartsAt, status == "resolved" ? alert.EndsAt : null, alert.UpdatedAt,
                null, null, alert.GeneratorUrl);
            changes.Add(new LogRecord
            {
                Key = service.Length > 0 ? service : fingerprint, Source = AlertingRecord.Topic, Id = string.Create(CultureInfo.InvariantCulture, $"{alert.Episode}/{status}"), Time = now, ReceivedAt = now,
                Headers = [new(ServiceTopics.StatusHeader, status)], Value = AlertChangeJson.WriteForeign(view),
            });
        }
        if (changes.Count > 0) await log.AppendAsync(ServiceTopics.Alerts, changes, cancellationToken);
    }

    private async Task SayAsync(List<AlertingRecord> said, CancellationToken cancellationToken)
    {
        if (said.Count == 0) return;
        var now = time.GetUtcNow();
        await models.AppendAndReadAsync(log, AlertBook.ModelName, AlertingRecord.Topic, [.. said.Select(each => each.ToRecord(NewId(now), now))], cancellationToken);
    }

    private static string NewId(DateTimeOffset now) => Guid.CreateVersion7(now).ToString();
}
