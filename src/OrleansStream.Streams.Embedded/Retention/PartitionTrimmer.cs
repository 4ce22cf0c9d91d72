using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Embedded.Files;
using OrleansStream.Streams.Embedded.Segments;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded.Retention;

/// <summary>Removes a partition's oldest files, one removal at a time: first the new low watermark is stored, then nobody finds them, then they go.</summary>
internal sealed class PartitionTrimmer(TopicPartition id, string directory, ILogFileSystem files, LowWatermarkFile low, ILogger logger)
{
    private readonly object _trimming = new();
    private long _warnedOf = -1;
    private bool _closed;

    public Holds Holds { get; } = new();

    /// <param name="plan">What may go.</param>
    /// <param name="segments">The partition's files now, oldest first.</param>
    /// <param name="remove">Takes so many of the oldest out of the partition.</param>
    public void Trim(TrimPlan plan, Func<Segment[]> segments, Action<int> remove)
    {
        lock (_trimming)
        {
            if (_closed) return;
            var all = segments();
            int count = plan.Count(all, out bool overHeld);
            WarnOnce(overHeld, plan, count);
            if (count == 0) return;
            try
            {
                low.Write(all[count].BaseOffset);
                remove(count);
                foreach (var segment in all[..count]) files.Delete(segment.Path);
                files.SyncDirectory(directory);
                logger.LogInformation("{Partition}: {Files} files before offset {Offset} were removed.", id, count, all[count].BaseOffset);
            }
            catch (Exception e) when (IoErrors.IsIo(e))
            {
                logger.LogWarning(e, "{Partition}: files before offset {Offset} could not all be removed; it is tried again.", id, all[count].BaseOffset);
            }
        }
    }

    /// <summary>Returns when nothing is being removed, and nothing will be: the directory may be another process's from then on.</summary>
    public void Close()
    {
        lock (_trimming) _closed = true;
    }

    private void WarnOnce(bool overHeld, TrimPlan plan, int count)
    {
        if (!overHeld || _warnedOf == plan.Held) return;
        _warnedOf = plan.Held;
        logger.LogWarning("{Partition}: a replay or backup holds records from offset {Offset} on, more than {MaxHeldBytes} bytes beyond retention; {Files} files go nevertheless.",
            id, plan.Held, plan.MaxHeldBytes, count);
    }
}
