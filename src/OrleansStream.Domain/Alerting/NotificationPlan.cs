using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;

namespace OrleansStream.Domain.Alerting;

/// <summary>
/// What a receiver has to be told, from what is and what it was told last: there is no queue that could be lost, full or out of date. Semantics of Alertmanager's groups
/// (https://prometheus.io/docs/alerting/latest/configuration/#route): a first message after <c>groupWait</c>, changes at most every <c>groupInterval</c>, repeats every <c>repeatInterval</c>.
/// An alert that fired and was over before anybody could be told is told of as resolved.
/// </summary>
/// <param name="Due">What is to be sent now.</param>
/// <param name="Next">When to look again if nothing changes; null for never.</param>
public sealed record NotificationPlan(ImmutableArray<Notification> Due, DateTimeOffset? Next)
{
    /// <param name="receiver">Who is told.</param>
    /// <param name="alerts">All alerts there are, with who keeps quiet about them.</param>
    /// <param name="sent">What was sent last, by group.</param>
    /// <param name="now">The time.</param>
    public static NotificationPlan Of(WebhookReceiver receiver, IEnumerable<AlertStanding> alerts, IReadOnlyDictionary<string, SentGroup> sent, DateTimeOffset now)
    {
        var due = ImmutableArray.CreateBuilder<Notification>();
        DateTimeOffset? next = null;
        foreach (var group in alerts.Where(a => !a.Alert.IsPending && receiver.Wants(a.Alert)).GroupBy(a => GroupKey(receiver, a.Alert), StringComparer.Ordinal))
        {
            var (notification, at) = Of(receiver, group.Key, [.. group.OrderBy(a => a.Alert.Fingerprint, StringComparer.Ordinal)], sent.GetValueOrDefault(group.Key), now);
            if (notification is not null && at <= now) due.Add(notification);
            else if (at is { } later && (next is null || later < next)) next = later;
        }
        return new NotificationPlan(due.ToImmutable(), next);
    }

    /// <summary><c>{}:{alertname="ErrorRate", service="shop"}</c>.</summary>
    public static string GroupKey(WebhookReceiver receiver, Alert alert) =>
        $"{{}}:{{{string.Join(", ", receiver.GroupBy.Order(StringComparer.Ordinal).Select(name => new LabelMatcher(name, alert.Labels.GetValueOrDefault(name, ""))))}}}";

    private static (Notification? Notification, DateTimeOffset? At) Of(
        WebhookReceiver receiver, string key, ImmutableArray<AlertStanding> all, SentGroup? sent, DateTimeOffset now)
    {
        var firing = all.Where(a => !a.IsSilenced && !a.Alert.IsResolvedAt(now)).ToImmutableArray();
        // What is silenced ends in silence, too, unless its beginning was told.
        var over = !receiver.SendResolved ? [] : all.Where(a => a.Alert.IsResolvedAt(now) && sent?.Resolved.Contains(a.Alert.Episode) != true
            && (sent?.Firing.Contains(a.Alert.Episode) == true || (!a.IsSilenced && a.Alert.EndsAt > receiver.Since))).ToImmutableArray();
        // One that ends by itself ends at a time that is known.
        var ends = all.Where(a => a.Alert.EndsAt > now).Select(a => a.Alert.EndsAt).Min();
        if (firing.IsEmpty && over.IsEmpty) return (null, ends);
        bool changed = !over.IsEmpty || firing.Any(a => sent?.Firing.Contains(a.Alert.Episode) != true);
        if (!changed && firing.All(a => a.IsAcknowledged)) return (null, ends);
        var at = !changed ? sent!.LastAt + receiver.RepeatInterval
            : sent is { LastAt: { } last } ? last + receiver.GroupInterval
            : firing.Concat(over).Min(a => a.Since) + receiver.GroupWait;
        if (sent?.RetryAt is { } retry && (at is null || retry > at)) at = retry;
        if (ends < at) return (null, ends);
        return (Message(receiver, key, firing, over, sent), at);
    }

    private static Notification Message(WebhookReceiver receiver, string key, ImmutableArray<AlertStanding> firing, ImmutableArray<AlertStanding> over, SentGroup? sent)
    {
        var (now, ended) = (firing.Select(a => a.Alert).ToImmutableArray(), over.Select(a => a.Alert).ToImmutableArray());
        var text = new StringBuilder().Append(receiver.Name).Append('\n').Append(key).Append('\n').Append(sent?.Count ?? 0);
        foreach (var alert in now) text.Append("\n+").Append(alert.Episode);
        foreach (var alert in ended) text.Append("\n-").Append(alert.Episode);
        string id = Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(text.ToString())));
        return new Notification(id, key, now, ended);
    }
}

/// <summary>An alert, and who keeps quiet about it.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="Since">When it became known here: waits count from then, whatever its own clock says.</param>
/// <param name="IsSilenced">A silence matches it.</param>
/// <param name="IsAcknowledged">Somebody cares for it: no repeats until it is over.</param>
public readonly record struct AlertStanding(Alert Alert, DateTimeOffset Since, bool IsSilenced, bool IsAcknowledged);

/// <summary>One message to one receiver.</summary>
/// <param name="Id">The same when it is sent again because nobody knows whether it arrived.</param>
/// <param name="GroupKey">Of which group.</param>
/// <param name="Firing">All that fire.</param>
/// <param name="Resolved">Those whose end was not told yet.</param>
public sealed record Notification(string Id, string GroupKey, ImmutableArray<Alert> Firing, ImmutableArray<Alert> Resolved)
{
    /// <summary>What is known of the group once the message has arrived.</summary>
    public SentGroup Arrived(SentGroup? sent, DateTimeOffset now) => new()
    {
        Firing = [.. Firing.Select(a => a.Episode)],
        Resolved = [.. (sent?.Resolved ?? []).Concat(Resolved.Select(a => a.Episode)).Order(StringComparer.Ordinal)],
        LastAt = now,
        Count = (sent?.Count ?? 0) + 1,
    };

    /// <summary>What is known of the group when it did not: tried again after 1 s, 2 s, … 5 min.</summary>
    public static SentGroup Failed(SentGroup? sent, DateTimeOffset now)
    {
        int failures = (sent?.Failures ?? 0) + 1;
        return (sent ?? new SentGroup()) with { Failures = failures, RetryAt = now + TimeSpan.FromSeconds(Math.Min(300, Math.Pow(2, Math.Min(failures - 1, 20)))) };
    }
}

/// <summary>What a receiver was told of a group.</summary>
public sealed record SentGroup
{
    /// <summary>Episodes told as firing in the last message.</summary>
    public ImmutableSortedSet<string> Firing { get; init; } = [];

    /// <summary>Episodes whose end was told.</summary>
    public ImmutableSortedSet<string> Resolved { get; init; } = [];
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>Messages so far.</summary>
    public int Count { get; init; }

    /// <summary>Tries that failed since the last message.</summary>
    public int Failures { get; init; }
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Without the ends of what nobody remembers any more.</summary>
    public SentGroup Within(IReadOnlySet<string> episodes) => Resolved.All(episodes.Contains) ? this : this with { Resolved = Resolved.Intersect(episodes) };
}
