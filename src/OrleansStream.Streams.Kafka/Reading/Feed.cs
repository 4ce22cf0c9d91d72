
namespace OrleansStream.Streams.Kafka.Reading;

/// <summary>
/// One consumer's place in a partition, and the records it has read: whoever reads near it is served from here. It reads ahead of its fastest reader by half of what it
/// may hold at most, and pauses then; slower readers find what is behind, and take a feed of their own when that is gone. Its partition's lock guards it.
/// </summary>
internal sealed class Feed(PartitionFeeds partition, FeedConsumer consumer, long offset, KafkaLogOptions options)
{
    private TaskCompletionSource? _changed;
    private long _fastest = offset;

    public PartitionFeeds Partition => partition;

    public FeedConsumer Consumer => consumer;

    public RecordRing Ring { get; } = new(offset, options.TailRecords, options.TailBytes);

    /// <summary>The consumer's own: nothing is fetched.</summary>
    public bool Paused { get; set; }

    public bool Closed { get; set; }

    public long UsedAt { get; set; }

    public long OpenedAt { get; init; }

    /// <summary>Readers that are parked here.</summary>
    public int Waiting { get; set; }

    /// <summary>Too much lies ahead of the fastest reader to fetch more.</summary>
    public bool IsAhead => Beyond() is var (records, bytes) && (records >= options.TailRecords / 2 || bytes >= options.TailBytes / 2);

    /// <summary>So little lies ahead that fetching should go on.</summary>
    public bool IsLow => Beyond() is var (records, bytes) && records <= options.TailRecords / 4 && bytes <= options.TailBytes / 4;

    public bool Covers(long place) => !Closed && place >= Ring.From && place <= Ring.Next;

    /// <summary>Completes with the next record, or when the feed ends.</summary>
    public Task Changed => (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>A reader has come this far.</summary>
    public void Passed(long place) => _fastest = Math.Max(_fastest, place);

    /// <summary>Wakes those who wait; null when nobody does.</summary>
    public TaskCompletionSource? TakeWaiters()
    {
        var changed = _changed;
        _changed = null;
        return changed;
    }

    private (int Records, long Bytes) Beyond() => Ring.Beyond(_fastest);
}
