using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Partitions;

/// <summary>
/// Turns timers of a partition's keys that have come due into records of its topic. The index forgets a timer only with the write that applies its record, so that a
/// crash in between appends it again, and the log drops the second one.
/// </summary>
internal sealed class DueTimers(IEventLog log, ICheckpointStore store, TopicPartition partition, TimeProvider time)
{
    private const int AtOnce = 1_000;
    private HashSet<DueTimer> _underWay = [];

    public async Task AppendAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = await store.ReadDueTimersAsync(partition, now, AtOnce, cancellationToken);
        if (due.Count == 0)
        {
            _underWay = [];
            return;
        }
        var records = due.Where(t => !_underWay.Contains(t)).Select(t => TimerRecord.Of(t.Key, new TimerDue(t.Name, t.DueAt), now)).ToList();
        if (records.Count > 0) await log.AppendAsync(partition.Topic, records, cancellationToken);
        _underWay = [.. due];
    }
}
