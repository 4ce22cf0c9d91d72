namespace OrleansStream.Streams.Log;

/// <summary>Reads a stretch of a partition that was written before.</summary>
internal static class LogStretch
{
    /// <param name="log">The log.</param>
    /// <param name="partition">Of which partition.</param>
    /// <param name="from">The first offset.</param>
    /// <param name="until">The offset after the last.</param>
    /// <param name="options">How much at a time.</param>
    /// <param name="take">Gets the records as they come; of the last ones some may lie behind the end.</param>
    /// <returns>How far it came: not to the end when the log gave nothing before.</returns>
    public static async Task<long> ReadStretchAsync(
        this IEventLog log, TopicPartition partition, long from, long until, StreamEngineOptions options, Func<IReadOnlyList<LogRecord>, Task> take)
    {
        using var reader = log.OpenReader(partition, from);
        while (reader.NextOffset < until)
        {
            var records = await reader.ReadAsync((int)Math.Min(options.ContainerRecords, until - reader.NextOffset), options.ContainerBytes, TimeSpan.Zero);
            if (records.Count == 0 && reader.NextOffset < until) break;
            await take(records);
        }
        return reader.NextOffset;
    }
}
