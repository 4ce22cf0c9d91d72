using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Pipeline.Batch;

/// <summary>One batch's way through the log, over all partitions at most so many records.</summary>
internal sealed class BatchScan(IEventLog log, int maxRecords)
{
    private const int ReadRecords = 5_000;
    private const int ReadBytes = 4 << 20;

    /// <summary>Records within the batch.</summary>
    public long Counted { get; private set; }

    /// <summary>Records that were read.</summary>
    public long Scanned { get; private set; }

    /// <summary>Counts the partition's records from <paramref name="next"/> up to, not including, <paramref name="end"/>; gives the offset to go on from.</summary>
    public async Task<long> ReadAsync(TopicPartition partition, long next, long end, CancellationToken cancellationToken)
    {
        if (next >= end || Counted >= maxRecords) return next;
        using var reader = log.OpenReader(partition, next);
        while (next < end && Counted < maxRecords)
        {
            var records = await reader.ReadAsync((int)Math.Min(ReadRecords, maxRecords - Counted), ReadBytes, TimeSpan.Zero, cancellationToken);
            // A hole at the end of what was there.
            if (records.Count == 0) return end;
            Scanned += records.Count;
            foreach (var record in records)
            {
                if (record.Offset >= end) return end;
                Counted++;
                next = record.Offset + 1;
            }
        }
        return next;
    }
}
