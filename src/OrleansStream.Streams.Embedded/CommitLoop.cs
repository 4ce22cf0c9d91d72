using System.Runtime.InteropServices;
using OrleansStream.Streams.Embedded.Segments;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded;

/// <summary>
/// Group commit: whatever gathered while one block was written goes into the next. A thread of its own, because it spends its time in fsync, and pool
/// threads that wait there are missing everywhere else.
/// </summary>
internal sealed class CommitLoop(EmbeddedPartition partition, SegmentWriter writer)
{
    private const int StackBytes = 256 << 10;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly BlockBuilder _block = new();
    private List<LogRecord> _records = [];

    /// <summary>Completes when the partition is closed and everything it had taken is on disk.</summary>
    public Task Ended => _ended.Task;

    public void Start(string name) => new Thread(Run, StackBytes) { IsBackground = true, Name = name }.Start();

    private void Run()
    {
        while (partition.Take(ref _records, out bool roll))
        {
            int written = 0;
            try
            {
                if (roll && writer.RollByAge(partition.Durable) is { } segment) partition.Follow(segment);
                while (written < _records.Count) written += WriteBlock(written);
            }
            catch (Exception e)
            {
                partition.Fail(e, _records[written..]);
            }
            // Neither records nor buffers are kept for the sake of a burst that is over.
            _records.Clear();
            if (!partition.HasWork) _block.Release();
        }
        writer.Dispose();
        _ended.SetResult();
    }

    private int WriteBlock(int from)
    {
        int count = 0;
        _block.Start(_records[from].Offset);
        while (from + count < _records.Count && _block.TryAdd(_records[from + count])) count++;
        partition.Publish(writer.Write(_block), _block.Header, CollectionsMarshal.AsSpan(_records).Slice(from, count));
        return count;
    }
}
