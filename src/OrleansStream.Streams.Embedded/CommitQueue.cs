using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded;

/// <summary>
/// Records that have an offset and are not on disk yet, and who waits for them. Not thread-safe: its partition's lock guards it, but for the bound.
/// </summary>
internal sealed class CommitQueue(long maxBytes)
{
    private readonly Queue<(long LastOffset, TaskCompletionSource Done)> _waiting = new();
    private List<LogRecord> _pending = [];
    private long _reserved;

    public bool HasRecords => _pending.Count > 0;

    /// <summary>Counts bytes against the bound before a call takes anything; a call larger than the bound passes when nothing else waits.</summary>
    public bool TryReserve(long bytes)
    {
        long before = Interlocked.Add(ref _reserved, bytes) - bytes;
        if (before == 0 || before + bytes <= maxBytes) return true;
        Release(bytes);
        return false;
    }

    public void Release(long bytes) => Interlocked.Add(ref _reserved, -bytes);

    public void Add(LogRecord record) => _pending.Add(record);

    /// <summary>Completes when the record at the offset is on disk.</summary>
    public Task WaitFor(long lastOffset)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Enqueue((lastOffset, done));
        return done.Task;
    }

    /// <summary>All that gathered, in exchange for a list to gather in.</summary>
    public List<LogRecord> Take(List<LogRecord> emptied)
    {
        emptied.Clear();
        (emptied, _pending) = (_pending, emptied);
        return emptied;
    }

    public void Complete(long until)
    {
        while (_waiting.TryPeek(out var waiter) && waiter.LastOffset < until) _waiting.Dequeue().Done.SetResult();
    }

    /// <summary>Gives everything up that is not on disk.</summary>
    public void Fail(Exception failure)
    {
        Release(_pending.Sum(r => (long)r.Size));
        _pending.Clear();
        while (_waiting.TryDequeue(out var waiter)) waiter.Done.SetException(failure);
    }
}
