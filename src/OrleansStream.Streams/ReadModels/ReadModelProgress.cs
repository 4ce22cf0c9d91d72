using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.ReadModels;

/// <summary>How far a model is in each partition, who waits for it, and since when it is behind. Guarded by the model's gate.</summary>
internal sealed class ReadModelProgress(IEventLog log, TimeProvider time)
{
    private readonly long _created = time.GetTimestamp();
    private readonly Dictionary<TopicPartition, long> _next = [];
    private readonly Dictionary<TopicPartition, long> _levelAt = [];
    private readonly List<(TopicPartition Partition, long Offset, TaskCompletionSource Done)> _waiters = [];

    /// <summary>The rebuild that the model is of; 0 when it was never asked for.</summary>
    public long Generation { get; set; }

    public long this[TopicPartition partition] => _next.GetValueOrDefault(partition);

    public IReadOnlyDictionary<TopicPartition, long> Copy() => new Dictionary<TopicPartition, long>(_next);

    public void Start(TopicPartition partition, long next)
    {
        _next[partition] = next;
        _levelAt.TryAdd(partition, time.GetTimestamp());
        Wake(partition, next);
    }

    public void Advance(TopicPartition partition, long next)
    {
        _next[partition] = next;
        if (next >= log.Watermarks(partition).High) _levelAt[partition] = time.GetTimestamp();
        Wake(partition, next);
    }

    /// <summary>Completes when everything of the partition before the offset is in the model.</summary>
    public Task WhenBeyond(TopicPartition partition, long offset)
    {
        if (_next.TryGetValue(partition, out long next) && next >= offset) return Task.CompletedTask;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiters.Add((partition, offset, done));
        return done.Task;
    }

    public void Abandon(Task waiter) => _waiters.RemoveAll(w => w.Done.Task == waiter);

    /// <param name="partitions">All that the model is made of. Of one that it has not begun with, because it is still being restored, everything is missing.</param>
    public (long Lag, TimeSpan Staleness) Measure(IEnumerable<TopicPartition> partitions)
    {
        long lag = 0;
        var staleness = TimeSpan.Zero;
        foreach (var partition in partitions.Where(p => !_next.ContainsKey(p)))
        {
            long records = log.RecordsFrom(partition, 0);
            if (records == 0) continue;
            lag += records;
            staleness = time.GetElapsedTime(_created);
        }
        foreach (var (partition, next) in _next)
        {
            long behind = log.RecordsFrom(partition, next);
            lag += behind;
            if (behind == 0) _levelAt[partition] = time.GetTimestamp();
            else if (time.GetElapsedTime(_levelAt[partition]) is var since && since > staleness) staleness = since;
        }
        return (lag, staleness);
    }

    private void Wake(TopicPartition partition, long next)
    {
        for (int i = _waiters.Count - 1; i >= 0; i--)
        {
            var (waiting, offset, done) = _waiters[i];
            if (waiting != partition || offset > next) continue;
            done.TrySetResult();
            _waiters.RemoveAt(i);
        }
    }
}
