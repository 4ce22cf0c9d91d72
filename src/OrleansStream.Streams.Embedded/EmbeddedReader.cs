using FASTER.core;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded;

/// <summary>Reads a partition: from disk until it has caught up with what is in memory, then from memory, woken by each commit.</summary>
internal sealed class EmbeddedReader(EmbeddedPartition partition, long offset, TimeProvider time) : ILogReader
{
    private FasterLogScanIterator? _scan;

    public long NextOffset { get; private set; } = offset;

    public async ValueTask<IReadOnlyList<LogRecord>> ReadAsync(int maxRecords, int maxBytes, TimeSpan wait, CancellationToken cancellationToken)
    {
        var records = new List<LogRecord>();
        if (Read(maxRecords, maxBytes, records, out var changed) || wait <= TimeSpan.Zero) return records;
        await changed.WaitAsync(wait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        Read(maxRecords, maxBytes, records, out _);
        return records;
    }

    public void Dispose() => _scan?.Dispose();

    private bool Read(int maxRecords, int maxBytes, List<LogRecord> records, out Task changed)
    {
        if (partition.TryReadTail(NextOffset, maxRecords, maxBytes, records, out changed))
        {
            _scan?.Dispose();
            _scan = null;
        }
        else
        {
            ScanDisk(maxRecords, maxBytes, records);
        }
        if (records.Count > 0) NextOffset = records[^1].Offset + 1;
        return records.Count > 0;
    }

    private void ScanDisk(int maxRecords, int maxBytes, List<LogRecord> records)
    {
        _scan ??= partition.Scan(NextOffset);
        long bytes = 0;
        while (records.Count < maxRecords && bytes < maxBytes && _scan.GetNext(out byte[] entry, out int length, out _))
        {
            var record = LogRecordCodec.Decode(entry.AsMemory(0, length));
            if (record.Offset < NextOffset) continue;
            bytes += record.Size;
            records.Add(record);
        }
    }
}
