using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Kafka.Reading;

/// <summary>Reads a partition from whichever feed serves its place, and has one opened when none does. Waits as long as it may for records that are known to be there.</summary>
internal sealed class KafkaReader(PartitionFeeds partition, long offset, TimeSpan fetchLimit, TimeProvider time) : ILogReader
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(20);

    private readonly FeedPlace _place = new();

    public long NextOffset { get; private set; } = offset;

    public async ValueTask<IReadOnlyList<LogRecord>> ReadAsync(int maxRecords, int maxBytes, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        var records = new List<LogRecord>();
        long started = time.GetTimestamp();
        while (true)
        {
            if (partition.CutOff is { } cutOff) throw cutOff;
            var place = Look(records, maxRecords, maxBytes);
            if (records.Count > 0) return records;
            // What is known to be there is waited for also by those who do not wait for what comes.
            var left = (NextOffset < partition.Ends.Current.High ? Max(wait, fetchLimit) : wait) - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                Leave(place);
                return records;
            }
            try
            {
                if (place is null) await Task.Delay(left < AskAgain ? left : AskAgain, time, cancellationToken).ConfigureAwait(false);
                else await place.Value.Changed.WaitAsync(left, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            finally
            {
                Leave(place);
            }
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public void Dispose()
    {
        lock (partition.Gate) _place.Feed?.Leave(_place);
    }

    /// <summary>Takes what is there; otherwise where to wait for it, and null when no feed could be had.</summary>
    private (Feed Feed, Task Changed)? Look(List<LogRecord> records, int maxRecords, int maxBytes)
    {
        lock (partition.Gate)
        {
            NextOffset = Math.Max(NextOffset, 0);
            var feed = partition.Find(NextOffset);
            if (feed is null)
            {
                if (!partition.TryOpen(NextOffset)) return null;
                feed = partition.Find(NextOffset)!;
            }
            feed.UsedAt = time.GetTimestamp();
            NextOffset = feed.Ring.CopyTo(records, NextOffset, maxRecords, maxBytes);
            feed.Passed(_place, NextOffset);
            if (feed is { Paused: true, IsLow: true }) feed.Consumer.Resume(feed);
            if (records.Count > 0) return null;
            feed.Waiting++;
            return (feed, feed.Changed);
        }
    }

    private void Leave((Feed Feed, Task Changed)? place)
    {
        if (place is not { } parked) return;
        lock (partition.Gate)
        {
            parked.Feed.Waiting--;
            parked.Feed.UsedAt = time.GetTimestamp();
        }
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
