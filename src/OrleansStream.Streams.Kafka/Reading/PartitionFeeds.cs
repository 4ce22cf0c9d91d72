using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Kafka.Reading;

/// <summary>The feeds of one partition, a consumer's each. Readers look here for the one that serves their place, and have one opened when none does.</summary>
internal sealed class PartitionFeeds(TopicPartition id, PartitionEnds ends, FeedConsumers consumers, KafkaLogOptions options, TimeProvider time)
{
    /// <summary>So long a feed is left to the readers it was opened for, when others want its consumer.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMilliseconds(250);

    /// <summary>Not used for so long, it is free.</summary>
    private static readonly TimeSpan Unused = TimeSpan.FromMilliseconds(10);

    private readonly List<Feed> _feeds = [];
    private LogUnavailableException? _cutOff;

    public TopicPartition Id => id;

    public PartitionEnds Ends => ends;

    public Lock Gate { get; } = new();

    /// <summary>Why the partition cannot be read, when no waiting heals it.</summary>
    public LogUnavailableException? CutOff => Volatile.Read(ref _cutOff);

    /// <summary>The feed that serves the place and is furthest; null when none does. Under the lock.</summary>
    public Feed? Find(long place)
    {
        Feed? best = null;
        foreach (var feed in _feeds)
            if (feed.Covers(place) && (best is null || feed.Ring.Next > best.Ring.Next)) best = feed;
        return best;
    }

    /// <summary>Has a feed opened at the place, on the first consumer without one of this partition, or in place of the one that was used least recently. Under the lock.</summary>
    /// <returns>False when all are in use: ask again in a moment.</returns>
    public bool TryOpen(long place)
    {
        long now = time.GetTimestamp();
        var consumer = consumers.FirstWithout(_feeds);
        if (consumer is null)
        {
            var oldest = _feeds.MinBy(f => f.UsedAt)!;
            bool free = oldest.Waiting == 0 && time.GetElapsedTime(oldest.UsedAt, now) > Unused;
            if (!free && time.GetElapsedTime(oldest.OpenedAt, now) < Lease) return false;
            consumer = oldest.Consumer;
            Close(oldest);
        }
        var feed = new Feed(this, consumer, place, options) { UsedAt = now, OpenedAt = now };
        _feeds.Add(feed);
        consumer.Open(feed);
        return true;
    }

    /// <summary>Ends a feed; whoever waits looks for another. Under the lock.</summary>
    public void Close(Feed feed)
    {
        if (feed.Closed) return;
        feed.Close();
        _feeds.Remove(feed);
        feed.Consumer.Close(feed);
        feed.TakeWaiters()?.TrySetResult();
    }

    public void CloseAll()
    {
        lock (Gate)
            foreach (var feed in _feeds.ToArray()) Close(feed);
    }

    /// <summary>The place is beyond the end: records that were there are gone, and new ones will take their offsets.</summary>
    public void MarkCutOff(long place, long high)
    {
        var why = new LogUnavailableException(
            $"{id} ends at offset {high}, and {place} was read or committed before: the topic was made anew or lost records (unclean leader election). Keys would take new records for ones they " +
            "have applied. Restore the topic, or start with a topic of another name.");
        Volatile.Write(ref _cutOff, why);
    }
}
