
namespace OrleansStream.Streams.Kafka.Reading;

/// <summary>
/// One consumer's place in a partition, and the records it has read: whoever reads near it is served from here. It reads ahead of its fastest reader by half of what it
/// may hold at most, and pauses then; slower readers find what is behind, and take a feed of their own when that is gone. Its partition's lock guards it.
/// </summary>
internal sealed class Feed(PartitionFeeds partition, FeedConsumer consumer, long offset, KafkaLogOptions options)
{
    private readonly List<FeedPlace> _places = [];
    private TaskCompletionSource? _changed;
    private long _fastest = offset;

    public PartitionFeeds Partition => partition;

    public FeedConsumer Consumer => consumer;

    public RecordRing Ring { get; } = new(offset, options.TailRecords, options.TailBytes);

    /// <summary>The consumer's own: nothing is fetched.</summary>
    public bool Paused { get; set; }

    public bool Closed { get; private set; }

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

    /// <summary>A reader has come this far, and comes for the rest.</summary>
    public void Passed(FeedPlace reader, long place)
    {
        _fastest = Math.Max(_fastest, place);
        if (reader.Feed != this)
        {
            reader.Feed?.Leave(reader);
            reader.Feed = this;
            _places.Add(reader);
        }
        reader.Offset = place;
    }

    /// <summary>It serves nobody any more, and no reader keeps it in memory.</summary>
    public void Close()
    {
        Closed = true;
        foreach (var reader in _places) reader.Feed = null;
        _places.Clear();
    }

    /// <summary>The reader comes no more, or elsewhere.</summary>
    public void Leave(FeedPlace reader)
    {
        _places.Remove(reader);
        reader.Feed = null;
    }

    /// <summary>Forgets what every reader here has taken. Where nobody reads, who read last may come back.</summary>
    public void Settle()
    {
        if (_places.Count == 0 || Ring.Count <= options.TailKeep) return;
        long needed = long.MaxValue;
        for (int i = _places.Count - 1; i >= 0; i--)
        {
            // What it needs next has gone to make room: it finds another feed.
            if (_places[i].Offset < Ring.From) Leave(_places[i]);
            else needed = Math.Min(needed, _places[i].Offset);
        }
        if (_places.Count > 0) Ring.Forget(needed, options.TailKeep);
    }

    /// <summary>Wakes those who wait; null when nobody does.</summary>
    public TaskCompletionSource? TakeWaiters()
    {
        var changed = _changed;
        _changed = null;
        return changed;
    }

    private (int Records, long Bytes) Beyond() => Ring.Beyond(_fastest);
}

/// <summary>Where one reader reads. Its partition's lock guards it.</summary>
internal sealed class FeedPlace
{
    /// <summary>Null while it reads nowhere.</summary>
    public Feed? Feed { get; set; }

    /// <summary>What it takes next.</summary>
    public long Offset { get; set; }
}
