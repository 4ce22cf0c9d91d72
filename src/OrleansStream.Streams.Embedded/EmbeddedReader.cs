using OrleansStream.Streams.Embedded.Segments;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded;

/// <summary>Reads a partition: from disk until it has caught up with what is in memory, then from memory, woken by each commit.</summary>
internal sealed class EmbeddedReader(EmbeddedPartition partition, long offset, TimeProvider time) : ILogReader
{
    private readonly TailReader _tail = new();
    private SegmentCursor? _cursor;

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

    public void Dispose()
    {
        partition.Leave(_tail);
        Close();
    }

    private bool Read(int maxRecords, int maxBytes, List<LogRecord> records, out Task changed)
    {
        if (partition.TryReadTail(_tail, NextOffset, maxRecords, maxBytes, records, out changed)) Close();
        else ReadDisk(maxRecords, maxBytes, records);
        if (records.Count > 0) NextOffset = records[^1].Offset + 1;
        return records.Count > 0;
    }

    private void ReadDisk(int maxRecords, int maxBytes, List<LogRecord> records)
    {
        try
        {
            long next = Math.Max(NextOffset, partition.Watermarks.Low), bytes = 0;
            bool opened = false;
            while (records.Count < maxRecords && bytes < maxBytes)
            {
                if (_cursor?.Read(next) is { } record)
                {
                    records.Add(record);
                    (next, bytes, opened) = (record.Offset + 1, bytes + record.Size, false);
                    continue;
                }
                // This file is read to its end: the next one, or nothing yet.
                Close();
                if (opened || (_cursor = partition.OpenCursor(next)) is null) return;
                opened = true;
            }
        }
        catch (LogUnavailableException)
        {
            Close();
            // What was read before it is whole; the next read starts at what is not.
            if (records.Count == 0) throw;
        }
    }

    /// <summary>Closes the file.</summary>
    private void Close()
    {
        _cursor?.Dispose();
        _cursor = null;
    }
}
