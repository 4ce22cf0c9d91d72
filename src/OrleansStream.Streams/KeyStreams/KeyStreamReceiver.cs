using Microsoft.Extensions.Logging;
using Orleans.Streams;
using OrleansStream.Streams.Delivery;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.KeyStreams;

/// <summary>
/// Hands one partition to the pulling agent: 1. streams that the agent has to look at again, 2. records, by long poll, as many as the
/// cache has room for. A parked read survives being interrupted for the first. Never throws.
/// </summary>
internal sealed class KeyStreamReceiver(
    TopicPartition partition, KeyStreamCache cache, PartitionPoll poll, OffsetCommitter offsets, IStreamIdSelector selector, DeadLetterWriter letters,
    ExplicitSubscribers subscribers, LogStreamOptions options, TimeProvider time, ILogger logger) : IQueueAdapterReceiver
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);
    private static readonly Task Never = new TaskCompletionSource().Task;
    private readonly List<(LogRecord Record, Exception Why)> _unroutable = [];
    private readonly List<StreamId> _waitForCursor = [];
    private Task<IReadOnlyList<LogRecord>>? _read;
    private Task _later = Never;

    public Task Initialize(TimeSpan timeout) => Task.CompletedTask;

    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) => GetQueueMessagesAsync(maxCount, CancellationToken.None);

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
    {
        try
        {
            await SettleAsync();
            var announcements = cache.TakeAnnouncements();
            if (announcements.Count > 0) return announcements;
            // Without a place for what cannot be routed, nothing more is read: it would pile up here.
            var read = _unroutable.Count > 0 ? Never : StartRead();
            await Task.WhenAny(read, cache.Attention, _later).WaitAsync(cancellationToken);
            if (_read is not { IsCompleted: true } || read == Never) return [];
            var records = await _read;
            _read = null;
            return Route(records);
        }
        catch (OperationCanceledException)
        {
            return [];
        }
        catch (Exception e)
        {
            logger.LogError(e, "Reading {Partition} failed; trying again.", partition);
            return [];
        }
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    public async Task Shutdown(TimeSpan timeout)
    {
        await poll.StopAsync();
        if (_read is not null) await _read;
        poll.Dispose();
        cache.Close();
        await offsets.DisposeAsync().AsTask().WaitAsync(timeout, time);
    }

    /// <summary>The parked read, or a new one; at once when the cache is full: the agent comes again.</summary>
    private Task StartRead()
    {
        int room = Math.Min(cache.RoomRecords, options.ReadRecords);
        if (_read is null && room == 0) return Task.CompletedTask;
        return _read ??= poll.ReadAsync(room, Math.Min(cache.RoomBytes, options.ReadBytes), CancellationToken.None);
    }

    private List<IBatchContainer> Route(IReadOnlyList<LogRecord> records)
    {
        if (records.Count == 0) return [];
        offsets.Register(poll.From, records);
        var messages = new List<IBatchContainer>(records.Count);
        foreach (var record in records)
        {
            try
            {
                if (!record.IsTombstone && selector.StreamOf(partition.Topic, record) is { } stream) messages.Add(new StreamRecord(stream, record));
                else offsets.Complete(record.Offset);
            }
            catch (Exception e)
            {
                _unroutable.Add((record, e));
            }
        }
        return messages;
    }

    /// <summary>What a read leaves behind and the agent's turn cannot await.</summary>
    private async Task SettleAsync()
    {
        for (int i = _unroutable.Count - 1; i >= 0; i--)
        {
            var (record, why) = _unroutable[i];
            if (!await letters.TryAppendAsync(partition, record, "selector", "no-stream", $"{why.GetType().Name}: {why.Message}", 1)) break;
            _unroutable.RemoveAt(i);
            offsets.Complete(record.Offset);
        }
        if (_later.IsCompleted)
        {
            foreach (var stream in _waitForCursor) cache.Reconsider(stream);
            _waitForCursor.Clear();
        }
        foreach (var stream in cache.TakeDoubtful())
        {
            if (await subscribers.AnyAsync(stream)) _waitForCursor.Add(stream);
            else cache.ReleaseUnsubscribed(stream);
        }
        if (_unroutable.Count > 0 || _waitForCursor.Count > 0) _later = Task.Delay(AskAgain, time);
        else if (_later.IsCompleted) _later = Never;
    }
}
