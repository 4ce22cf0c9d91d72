using Microsoft.Extensions.Logging;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Partitions;

/// <summary>Reads records of a partition once more that had been applied, when it turns out that their state was never stored.</summary>
internal sealed class RecordsAgain(IEventLog log, TopicPartition partition, StreamEngineOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>Tries until the log has given all that it has of them, or nobody needs them.</summary>
    /// <param name="offsets">At least one.</param>
    /// <param name="stopped">Asked before each try.</param>
    /// <returns>By offset; what the log no longer has (compaction, retention) is not among them.</returns>
    public async Task<IReadOnlyDictionary<long, LogRecord>> ReadAsync(IReadOnlySet<long> offsets, Func<bool> stopped)
    {
        var found = new Dictionary<long, LogRecord>(offsets.Count);
        long next = offsets.Min(), last = offsets.Max();
        for (int attempt = 0; next <= last && !stopped(); attempt++)
        {
            try
            {
                if (attempt > 0) await Task.Delay(options.PauseAfter(attempt - 1), time);
                next = await log.ReadStretchAsync(partition, next, last + 1, options, records =>
                {
                    foreach (var record in records)
                        if (offsets.Contains(record.Offset)) found[record.Offset] = record;
                    // Also when the next read fails: what is found is not read once more.
                    if (records.Count > 0) next = records[^1].Offset + 1;
                    return Task.CompletedTask;
                });
                if (next <= last) throw new LogUnavailableException("The log gave nothing.");
            }
            catch (Exception e)
            {
                logger.LogWarning("Records {From}–{Until} of {Partition} could not be read again (attempt {Attempt}): {Reason}", next, last, partition, attempt + 1, e.Message);
            }
        }
        if (found.Count < offsets.Count && !stopped()) logger.LogError("{Count} records of {Partition} that had to be applied again are no longer in the log.", offsets.Count - found.Count, partition);
        return found;
    }
}
