using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Kafka.Records;

namespace OrleansStream.Streams.Kafka.Reading;

/// <summary>
/// One consumer on a thread of its own. Partitions are assigned to it one by one, as feeds are opened; it hands each record to its partition's feed. A partition whose
/// feed holds enough is taken from it and given back later: librdkafka's own pause would let it sleep for up to a second after it was resumed. Only this thread touches
/// the consumer. It polls whatever is assigned, so that no pause is too long.
/// </summary>
internal sealed class FeedConsumer
{
    private const int StackBytes = 512 << 10;
    private const int IdlePollMs = 5;
    private const int MostBeforeWaking = 256;
    private const int TimesUntilCutOff = 4;
    private static readonly TimeSpan Housekeeping = TimeSpan.FromSeconds(1);
    private readonly KafkaClients _clients;
    private readonly RecordReader _records;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentQueue<(Feed Feed, Command What)> _commands = new();
    private readonly Dictionary<TopicPartition, Feed> _feeds = [];
    private readonly HashSet<Feed> _toWake = [];
    private readonly Thread _thread;
    private readonly TimeSpan _idle;
    private IConsumer<KafkaKey, byte[]?> _consumer = null!;
    private long _emptySince;
    private long _keptAt;
    private volatile bool _stop;

    public FeedConsumer(int index, KafkaClients clients, RecordReader records, TimeProvider time, ILogger logger)
    {
        (Index, _clients, _records, _time, _logger) = (index, clients, records, time, logger);
        _idle = index == 0 ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(5);
        _emptySince = _keptAt = time.GetTimestamp();
        _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = $"kafka-feed-{index}" };
        _thread.Start();
    }

    private enum Command { Open, Close, Resume, Restart }

    public int Index { get; }

    public bool IsEnding => _stop;

    private string Name => $"feed-{Index}";

    public void Open(Feed feed) => _commands.Enqueue((feed, Command.Open));

    public void Close(Feed feed) => _commands.Enqueue((feed, Command.Close));

    public void Resume(Feed feed) => _commands.Enqueue((feed, Command.Resume));

    public void Stop()
    {
        _stop = true;
        lock (_commands) Monitor.PulseAll(_commands);
    }

    public void Join() => _thread.Join();

    private void Run()
    {
        try
        {
            _consumer = _clients.Consumer(Name);
            while (!_stop) Turn();
        }
        catch (Exception e)
        {
            _logger.LogError(e, "Consumer {Index} ended; the next reader starts another.", Index);
            // Whatever it is, it is likely to be there still.
            lock (_commands) Monitor.Wait(_commands, Housekeeping);
        }
        finally
        {
            _stop = true;
            Leave();
        }
    }

    private void Turn()
    {
        while (_commands.TryDequeue(out var command)) Do(command.Feed, command.What);
        int taken = 0;
        while (taken < MostBeforeWaking && !_stop)
        {
            try
            {
                var result = _consumer.Consume(_toWake.Count > 0 || taken > 0 ? 0 : IdlePollMs);
                if (result is null) break;
                taken++;
                Take(result);
            }
            catch (ConsumeException e)
            {
                Fail(e);
            }
        }
        Wake();
        if (_time.GetElapsedTime(_keptAt) > Housekeeping) Keep();
    }

    private void Do(Feed feed, Command what)
    {
        var partition = feed.Partition.Id;
        var target = new Confluent.Kafka.TopicPartition(partition.Topic, partition.Partition);
        switch (what)
        {
            case Command.Open when !feed.Closed:
                _feeds[partition] = feed;
                _consumer.IncrementalAssign([new TopicPartitionOffset(target, feed.Ring.Next)]);
                break;
            case Command.Restart when !feed.Closed:
                if (!feed.Paused) _consumer.IncrementalUnassign([target]);
                _consumer.IncrementalAssign([new TopicPartitionOffset(target, feed.Ring.Next)]);
                feed.Paused = false;
                break;
            case Command.Close when _feeds.TryGetValue(partition, out var current) && current == feed:
                _feeds.Remove(partition);
                if (!feed.Paused) _consumer.IncrementalUnassign([target]);
                break;
            case Command.Resume when feed is { Closed: false, Paused: true }:
                feed.Paused = false;
                _consumer.IncrementalAssign([new TopicPartitionOffset(target, feed.Ring.Next)]);
                break;
        }
    }

    private void Take(ConsumeResult<KafkaKey, byte[]?> result)
    {
        if (!_feeds.TryGetValue(new TopicPartition(result.Topic, result.Partition.Value), out var feed)) return;
        long offset = result.Offset.Value;
        bool pause;
        if (result.IsPartitionEOF)
        {
            feed.Partition.Ends.Reached(offset);
            lock (feed.Partition.Gate) feed.Ring.SkipTo(offset);
            _toWake.Add(feed);
            return;
        }
        var message = result.Message;
        var record = _records.Read(result.Topic, result.Partition.Value, offset, message.Key, message.Value, message.Headers, message.Timestamp);
        feed.Partition.Ends.Reached(offset + 1);
        lock (feed.Partition.Gate)
        {
            // What was fetched before the place was changed.
            if (offset < feed.Ring.Next) return;
            feed.Ring.Add(record);
            pause = !feed.Paused && feed.IsAhead;
            if (pause) feed.Paused = true;
        }
        _toWake.Add(feed);
        if (pause) _consumer.IncrementalUnassign([result.TopicPartition]);
    }

    private void Fail(ConsumeException failure)
    {
        var at = failure.ConsumerRecord.TopicPartition;
        if (failure.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange && _feeds.TryGetValue(new TopicPartition(at.Topic, at.Partition.Value), out var feed))
        {
            _logger.LogWarning("Offset {Offset} of {Partition} is not there: {Reason}", feed.Ring.Next, feed.Partition.Id, failure.Error.Reason);
            FindPlaceAsync(feed).Ignore();
            return;
        }
        if (failure.Error.IsFatal) throw failure;
        _logger.LogDebug(failure, "Reading {Partition}: {Reason}", at, failure.Error.Reason);
    }

    /// <summary>The place is gone: removed by retention, and reading goes on at the oldest record; or beyond the end, and nobody may go on.</summary>
    private async Task FindPlaceAsync(Feed feed)
    {
        var partition = feed.Partition;
        for (int timesBeyond = 0; !feed.Closed && !_stop; await Task.Delay(Housekeeping, _time).ConfigureAwait(false))
        {
            if (await partition.Ends.AskAsync().ConfigureAwait(false) is not { } ends) continue;
            lock (partition.Gate)
            {
                if (feed.Closed) return;
                // A leader that has just taken over may not know yet how far its partition is.
                if (feed.Ring.Next > ends.High && ++timesBeyond < TimesUntilCutOff) continue;
                if (feed.Ring.Next > ends.High)
                {
                    partition.MarkCutOff(feed.Ring.Next, ends.High);
                    partition.Close(feed);
                    return;
                }
                feed.Ring.SkipTo(ends.Low);
            }
            _commands.Enqueue((feed, Command.Restart));
            return;
        }
    }

    private void Wake()
    {
        foreach (var feed in _toWake)
        {
            TaskCompletionSource? waiters;
            lock (feed.Partition.Gate)
            {
                feed.Settle();
                waiters = feed.TakeWaiters();
            }
            waiters?.TrySetResult();
        }
        _toWake.Clear();
    }

    /// <summary>Feeds that nobody uses end, and so does a consumer without feeds, unless it is the first.</summary>
    private void Keep()
    {
        _keptAt = _time.GetTimestamp();
        foreach (var feed in _feeds.Values.ToArray())
        {
            lock (feed.Partition.Gate)
                if (feed.Waiting == 0 && _time.GetElapsedTime(feed.UsedAt, _keptAt) > _idle) feed.Partition.Close(feed);
        }
        if (_feeds.Count > 0 || !_commands.IsEmpty) _emptySince = _keptAt;
        else if (Index > 0 && _time.GetElapsedTime(_emptySince, _keptAt) > _idle) _stop = true;
    }

    /// <summary>Whoever waits looks for another consumer.</summary>
    private void Leave()
    {
        while (_commands.TryDequeue(out var command))
            if (command.What == Command.Open && !command.Feed.Closed) _feeds[command.Feed.Partition.Id] = command.Feed;
        foreach (var feed in _feeds.Values.ToArray())
            lock (feed.Partition.Gate) feed.Partition.Close(feed);
        _consumer?.Dispose();
        _clients.Forget(Name);
    }
}
