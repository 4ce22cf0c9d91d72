using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Replay;

/// <summary>Everything that can be read of a partition between two offsets. Immutable; replays share it.</summary>
/// <param name="From">The first offset covered: later than asked for when the log was trimmed.</param>
/// <param name="Until">The first offset not covered.</param>
/// <param name="Records">Offsets ascending; there may be holes.</param>
/// <param name="Size">In memory, bytes.</param>
/// <param name="IsWhole">False when it ends only because the log did: the next read from the same place gives more.</param>
internal sealed record LogChunk(long From, long Until, IReadOnlyList<LogRecord> Records, long Size, bool IsWhole)
{
    /// <summary>
    /// Reads from <paramref name="start"/> to the next multiple of the chunk's size, or until the bytes are full, or to the end of the log as it is now. Where a chunk
    /// ends follows from where it starts, so that replays which start anywhere soon read the same chunks.
    /// </summary>
    /// <exception cref="LogUnavailableException">The log gave nothing although it holds more.</exception>
    public static async Task<LogChunk> ReadAsync(IEventLog log, TopicPartition partition, long start, ReplayOptions options)
    {
        var (low, high) = log.Watermarks(partition);
        long end = (start / options.ChunkRecords + 1) * options.ChunkRecords;
        long until = Math.Min(end, high), from = Math.Max(start, low), next = from, size = 0;
        if (from >= until) return new LogChunk(from, from, [], 0, IsWhole: false);
        var records = new List<LogRecord>();
        using var reader = log.OpenReader(partition, next);
        while (next < until && size < options.ChunkBytes)
        {
            var batch = await reader.ReadAsync((int)(until - next), options.ChunkBytes, options.ReadWait);
            if (log.Watermarks(partition).Low is var oldest && oldest > next && (batch.Count == 0 || batch[0].Offset >= oldest))
            {
                // Trimmed in front of the reader: a chunk has no such gap inside.
                if (records.Count > 0) return new LogChunk(from, next, records, size, IsWhole: false);
                if (oldest >= until) return new LogChunk(oldest, oldest, [], 0, IsWhole: false);
                from = next = oldest;
            }
            if (batch.Count == 0 && reader.NextOffset <= next)
                throw new LogUnavailableException($"{partition} could not be read from {next} up to {until}.");
            next = Math.Max(next, Math.Min(reader.NextOffset, until));
            foreach (var record in batch)
            {
                if (record.Offset >= until) break;
                records.Add(record);
                if ((size += record.Size) < options.ChunkBytes) continue;
                next = record.Offset + 1;
                break;
            }
        }
        return new LogChunk(from, next, records, size, IsWhole: next >= end || size >= options.ChunkBytes);
    }
}
