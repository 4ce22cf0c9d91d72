using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrleansStream.Domain.Alerting;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains.Alerts;

/// <summary>
/// Tells one receiver, beside its grain: plans, sends, stores what arrived, and waits for a change or for the time that the plan says. A message whose arrival was not
/// stored when the process died is sent again under the same id.
/// </summary>
internal sealed class ReceiverRun(string name, AlertBook book, IReadModels models, IEventLog log, SentStore store, WebhookSender sender, TimeProvider time, ILogger logger) : IDisposable
{
    private const int AtOnce = 16;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1), Patience = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _changed = new(1, 1);

    /// <summary>Completes when it has ended: stopped, failed, or its receiver is gone.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    public void Start() => Ended = Task.Run(RunAsync);

    public Task StopAsync() => _stop.CancelAsync();

    public void Dispose()
    {
        _stop.Dispose();
        _changed.Dispose();
    }

    private async Task RunAsync()
    {
        book.Changed += Wake;
        try
        {
            await WhenReadAsync();
            var (sent, version) = await store.ReadAsync(name, _stop.Token);
            while (book.FindReceiver(name) is { } receiver)
            {
                var now = time.GetUtcNow();
                var alerts = book.Alerts(now);
                var plan = NotificationPlan.Of(receiver, alerts.Select(a => a.Standing), sent.Groups, now);
                if (plan.Due.IsEmpty)
                {
                    await WaitAsync(plan.Next, now);
                    continue;
                }
                sent = Remembered(await TellAsync(receiver, plan.Due, sent), alerts);
                if (!await store.WriteAsync(name, sent, version++, _stop.Token)) return;
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The silo goes, or the grain: somebody else goes on.
        }
        catch (Exception e)
        {
            logger.LogWarning(e, "Telling receiver {Receiver} was interrupted; it goes on in a moment.", name);
        }
        finally
        {
            book.Changed -= Wake;
        }
    }

    /// <summary>Without what was before the start, the end of an alert could be told twice.</summary>
    private async Task WhenReadAsync()
    {
        foreach (string topic in book.Topics)
            for (int p = 0; p < log.Topics[topic]; p++)
            {
                var partition = new TopicPartition(topic, p);
                long last = log.Watermarks(partition).High - 1;
                while (last >= 0 && models.PositionOf(AlertBook.ModelName, partition) <= last
                    && !await models.WaitForAsync(AlertBook.ModelName, new Position(topic, p, last), Patience, _stop.Token)) _stop.Token.ThrowIfCancellationRequested();
            }
    }

    private async Task<SentGroups> TellAsync(WebhookReceiver receiver, ImmutableArray<Notification> due, SentGroups sent)
    {
        var outcomes = new ConcurrentBag<(Notification Notification, bool Arrived)>();
        await Parallel.ForEachAsync(due.Take(8 * AtOnce), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = _stop.Token }, async (notification, stop) =>
            outcomes.Add((notification, await sender.SendAsync(receiver, notification, stop))));
        var now = time.GetUtcNow();
        return new SentGroups(sent.Groups.SetItems(outcomes.Select(outcome =>
        {
            var before = sent.Groups.GetValueOrDefault(outcome.Notification.GroupKey);
            return KeyValuePair.Create(outcome.Notification.GroupKey, outcome.Arrived ? outcome.Notification.Arrived(before, now) : Notification.Failed(before, now));
        })));
    }

    /// <summary>Groups and ends of alerts that the book has forgotten go.</summary>
    private static SentGroups Remembered(SentGroups sent, IReadOnlyList<AlertEntry> alerts)
    {
        var episodes = alerts.Select(a => a.Alert.Episode).ToHashSet(StringComparer.Ordinal);
        var groups = sent.Groups.ToBuilder();
        foreach (var (key, group) in sent.Groups)
        {
            if (!group.Firing.Overlaps(episodes) && !group.Resolved.Overlaps(episodes) && group.RetryAt is null) groups.Remove(key);
            else groups[key] = group.Within(episodes);
        }
        return new SentGroups(groups.ToImmutable());
    }

    private Task WaitAsync(DateTimeOffset? next, DateTimeOffset now)
    {
        var wait = next is { } at && at - now < LongestWait ? at - now : LongestWait;
        return WaitAsync(wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1));
    }

    private async Task WaitAsync(TimeSpan wait)
    {
        using var over = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, _stop.Token);
        await _changed.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Token.ThrowIfCancellationRequested();
    }

    private void Wake()
    {
        // One is enough; under the book's gate only one calls.
        if (_changed.CurrentCount == 0) _changed.Release();
    }
}
