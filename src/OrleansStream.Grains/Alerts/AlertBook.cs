using System.Text.Json;
using OrleansStream.Domain.Alerting;
using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Grains.Services;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains.Alerts;

/// <summary>
/// All alerts there are, and what people said about them: silences, acknowledgements, who is to be told. Every process has it. Bounded: what is over the longest goes first.
/// </summary>
public sealed class AlertBook : ReadModel
{
    public const string ModelName = "alert-book";
    private const int KeptAlerts = 20_000, KeptSilences = 10_000, EntriesPerPiece = 500;

    /// <summary>How long an alert that is over is remembered.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(6);

    private readonly Dictionary<string, KnownAlert> _alerts = [];
    private readonly Dictionary<string, Silence> _silences = [];
    private readonly Dictionary<string, WebhookReceiver> _receivers = [];
    private readonly Dictionary<string, Acknowledgement> _acknowledgements = [];

    /// <summary>Something is new. Called under the gate: do not wait in it.</summary>
    public event Action? Changed;

    public override string Name => ModelName;

    public override IReadOnlyList<string> Topics { get; } = [ServiceTopics.Alerts, AlertingRecord.Topic];

    /// <summary>All alerts that are not over for long, each with what holds of it at the time.</summary>
    public IReadOnlyList<AlertEntry> Alerts(DateTimeOffset now)
    {
        lock (Gate) return [.. _alerts.Values.Select(alert => Entry(alert, now))];
    }

    /// <summary>Null when there is none.</summary>
    public AlertEntry? Find(string fingerprint, DateTimeOffset now)
    {
        lock (Gate) return _alerts.TryGetValue(fingerprint, out var alert) ? Entry(alert, now) : null;
    }

    /// <summary>The last to end first.</summary>
    public IReadOnlyList<Silence> Silences()
    {
        lock (Gate) return [.. _silences.Values.OrderByDescending(s => s.EndsAt).ThenBy(s => s.Id, StringComparer.Ordinal)];
    }

    public Silence? FindSilence(string id)
    {
        lock (Gate) return _silences.GetValueOrDefault(id);
    }

    /// <summary>By name.</summary>
    public IReadOnlyList<WebhookReceiver> Receivers()
    {
        lock (Gate) return [.. _receivers.Values.OrderBy(r => r.Name, StringComparer.Ordinal)];
    }

    public WebhookReceiver? FindReceiver(string name)
    {
        lock (Gate) return _receivers.GetValueOrDefault(name);
    }

    protected override void Apply(TopicPartition partition, LogRecord record)
    {
        if (partition.Topic == ServiceTopics.Alerts)
        {
            if (AlertChangeJson.Read(record.Value.Span) is { } change) Take(Alert.Of(change), record.ReceivedAt);
        }
        else if (AlertingRecord.Read(record) is { } said)
        {
            Take(said, record.ReceivedAt);
        }
        Changed?.Invoke();
    }

    protected override void Reset()
    {
        _alerts.Clear();
        _silences.Clear();
        _receivers.Clear();
        _acknowledgements.Clear();
    }

    protected override IEnumerable<byte[]> Snapshot()
    {
        var (alerts, silences, receivers, acknowledgements) = (_alerts.Values.ToArray(), _silences.Values.ToArray(), _receivers.Values.ToArray(), _acknowledgements.Values.ToArray());
        return alerts.Chunk(EntriesPerPiece).Select(some => new AlertBookPiece { Alerts = [.. some] })
            .Concat(silences.Chunk(EntriesPerPiece).Select(some => new AlertBookPiece { Silences = [.. some] }))
            .Concat(acknowledgements.Chunk(EntriesPerPiece).Select(some => new AlertBookPiece { Acknowledgements = [.. some] }))
            .Append(new AlertBookPiece { Receivers = [.. receivers] })
            .Select(piece => JsonSerializer.SerializeToUtf8Bytes(piece, AlertingJson.Default.AlertBookPiece));
    }

    protected override void Restore(ReadOnlySpan<byte> piece)
    {
        var saved = JsonSerializer.Deserialize(piece, AlertingJson.Default.AlertBookPiece)!;
        foreach (var alert in saved.Alerts) _alerts[alert.Alert.Fingerprint] = alert;
        foreach (var silence in saved.Silences) _silences[silence.Id] = silence;
        foreach (var acknowledgement in saved.Acknowledgements) _acknowledgements[acknowledgement.Fingerprint] = acknowledgement;
        foreach (var receiver in saved.Receivers) _receivers[receiver.Name] = receiver;
    }

    private AlertEntry Entry(KnownAlert known, DateTimeOffset now)
    {
        var acknowledged = _acknowledgements.GetValueOrDefault(known.Alert.Fingerprint) is { } said && said.StartsAt == known.Alert.StartsAt ? said : null;
        return new AlertEntry(known.Alert, known.Since, [.. _silences.Values.Where(s => s.Mutes(known.Alert, now)).Select(s => s.Id)], acknowledged);
    }

    private void Take(AlertingRecord said, DateTimeOffset now)
    {
        if (said.Silence is { } silence) Put(silence);
        else if (said.Receiver is { } receiver) _receivers[receiver.Name] = receiver;
        else if (said.RemovedReceiver is { } name) _receivers.Remove(name);
        else if (said.Acknowledgement is { } acknowledgement) _acknowledgements[acknowledgement.Fingerprint] = acknowledgement;
        else if (said.Posted is { } posted) Take(Merged(posted, now), now);
    }

    /// <summary>One that is posted again while it fires began when it began.</summary>
    private Alert Merged(PostedAlert posted, DateTimeOffset now)
    {
        DateTimeOffset? before = _alerts.TryGetValue(posted.Fingerprint, out var known) && !known.Alert.IsResolvedAt(now) ? known.Alert.StartsAt : null;
        var start = posted.StartsAt ?? (posted.EndsAt < now ? posted.EndsAt : now);
        return new Alert
        {
            Fingerprint = posted.Fingerprint, Labels = posted.Labels, Annotations = posted.Annotations, StartsAt = before ?? start,
            EndsAt = posted.EndsAt, UpdatedAt = now, GeneratorUrl = posted.GeneratorUrl,
        };
    }

    private void Take(Alert alert, DateTimeOffset now)
    {
        var since = _alerts.TryGetValue(alert.Fingerprint, out var known) && known.Alert.Episode == alert.Episode && known.Alert.IsPending == alert.IsPending ? known.Since : now;
        // A condition that ended before it fired was never an alert.
        if (known is { Alert.IsPending: true } && alert.EndsAt is not null && alert.RuleId is not null && known.Alert.StartsAt <= alert.StartsAt)
        {
            _alerts.Remove(alert.Fingerprint);
            return;
        }
        _alerts[alert.Fingerprint] = new KnownAlert(alert, since);
        if (_alerts.Count > KeptAlerts || _alerts.Count % 256 == 0) Forget(now);
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var old in _alerts.Values.Where(a => a.Alert.EndsAt < now - Remembered).ToList()) Remove(old);
        if (_alerts.Count <= KeptAlerts) return;
        foreach (var old in _alerts.Values.OrderBy(a => a.Alert.EndsAt ?? DateTimeOffset.MaxValue).ThenBy(a => a.Alert.UpdatedAt).Take(KeptAlerts / 10).ToList()) Remove(old);
    }

    private void Remove(KnownAlert old)
    {
        _alerts.Remove(old.Alert.Fingerprint);
        _acknowledgements.Remove(old.Alert.Fingerprint);
    }

    private void Put(Silence silence)
    {
        _silences[silence.Id] = silence;
        if (_silences.Count > KeptSilences && _silences.Values.MinBy(s => s.EndsAt) is { } oldest) _silences.Remove(oldest.Id);
    }

}

/// <param name="Alert">As it was said last.</param>
/// <param name="Since">When this time of it, pending or firing, became known.</param>
internal sealed record KnownAlert(Alert Alert, DateTimeOffset Since);

/// <summary>An alert with what holds of it now.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="Since">When it became known.</param>
/// <param name="SilencedBy">Ids of the silences that match.</param>
/// <param name="Acknowledgement">Who cares for it; null for nobody.</param>
public sealed record AlertEntry(Alert Alert, DateTimeOffset Since, IReadOnlyList<string> SilencedBy, Acknowledgement? Acknowledgement)
{
    public AlertStanding Standing => new(Alert, Since, SilencedBy.Count > 0, Acknowledgement is not null);
}

/// <summary>A part of the book as it is stored.</summary>
internal sealed record AlertBookPiece
{
    public List<KnownAlert> Alerts { get; init; } = [];
    public List<Silence> Silences { get; init; } = [];
    public List<Acknowledgement> Acknowledgements { get; init; } = [];
    public List<WebhookReceiver> Receivers { get; init; } = [];
}
