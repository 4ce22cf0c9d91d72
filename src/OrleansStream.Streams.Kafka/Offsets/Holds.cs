namespace OrleansStream.Streams.Kafka.Offsets;

/// <summary>What replays of this process have still to read.</summary>
internal sealed class Holds
{
    private readonly Lock _gate = new();
    private readonly List<Held> _held = [];

    public IDisposable Add(TopicPartition partition, long offset)
    {
        var held = new Held(this, partition, offset);
        lock (_gate) _held.Add(held);
        return held;
    }

    /// <summary><see cref="long.MaxValue"/> when nothing is held.</summary>
    public long Lowest(TopicPartition partition)
    {
        lock (_gate) return _held.Where(h => h.Partition == partition).Select(h => h.Offset).DefaultIfEmpty(long.MaxValue).Min();
    }

    private sealed class Held(Holds all, TopicPartition partition, long offset) : IDisposable
    {
        public TopicPartition Partition => partition;

        public long Offset => offset;

        public void Dispose()
        {
            lock (all._gate) all._held.Remove(this);
        }
    }
}
