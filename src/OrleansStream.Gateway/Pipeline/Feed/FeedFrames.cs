using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Pipeline.Feed;

/// <summary>
/// The latest frames of the pipeline's event stream, as a partition that is read like one of the log. Their numbers begin at the clock, so that a number of another
/// process's is never one of this one's. The oldest go when there are too many.
/// </summary>
internal sealed class FeedFrames(TimeProvider time)
{
    private const int MaxFrames = 2_048;
    private const long MaxBytes = 8 << 20;

    /// <summary>More numbers per second than a process has frames.</summary>
    private const int NumbersPerMillisecond = 1_000;

    private readonly object _gate = new();
    private readonly LinkedList<LogRecord> _frames = [];
    private long _next = time.GetUtcNow().ToUnixTimeMilliseconds() * NumbersPerMillisecond;
    private long _bytes;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LogWatermarks Watermarks
    {
        get { lock (_gate) return new LogWatermarks(_frames.First?.Value.Offset ?? _next, _next); }
    }

    public void Add(string kind, byte[] json)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var frame = new LogRecord { Key = kind, Id = kind, Time = now, ReceivedAt = now, Value = json }.At(_next++);
            _frames.AddLast(frame);
            _bytes += json.Length;
            while (_frames.Count > MaxFrames || (_bytes > MaxBytes && _frames.Count > 1))
            {
                _bytes -= _frames.First!.Value.Value.Length;
                _frames.RemoveFirst();
            }
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        changed.SetResult();
    }

    /// <summary>Frames from the number on, oldest first, and what completes when there are more.</summary>
    public IReadOnlyList<LogRecord> From(long offset, int max, out Task changed)
    {
        lock (_gate)
        {
            changed = _changed.Task;
            if (offset >= _next) return [];
            var node = _frames.Last;
            while (node?.Previous is { } before && before.Value.Offset >= offset) node = before;
            var taken = new List<LogRecord>();
            for (; node is not null && taken.Count < max; node = node.Next)
                if (node.Value.Offset >= offset) taken.Add(node.Value);
            return taken;
        }
    }
}
