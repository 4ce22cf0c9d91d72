namespace OrleansStream.Streams.Log;

/// <summary>
/// A durable, partitioned log of records. The engine above it is the same on every implementation; each passes one
/// conformance suite.
/// </summary>
public interface IEventLog
{
    /// <summary>All topics and their number of partitions.</summary>
    IReadOnlyDictionary<string, int> Topics { get; }

    /// <summary>
    /// Appends records and returns when all are durable, results in input order. Records of one key keep their order.
    /// </summary>
    /// <exception cref="LogUnavailableException">The log cannot take records now; nothing may be assumed of those handed in.</exception>
    Task<AppendResult[]> AppendAsync(string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellationToken = default);

    /// <summary>Opens a forward reader whose first record is the first at or after <paramref name="offset"/>.</summary>
    ILogReader OpenReader(TopicPartition partition, long offset);

    /// <summary>The oldest readable offset and the offset that the next durable record will get.</summary>
    LogWatermarks Watermarks(TopicPartition partition);

    /// <summary>The next offset that <paramref name="group"/> has to process: everything before it is done.</summary>
    ValueTask<long> CommittedAsync(string group, TopicPartition partition, CancellationToken cancellationToken = default);

    /// <summary>Stores <paramref name="nextOffset"/> for the group; a smaller one than stored is ignored.</summary>
    ValueTask CommitAsync(string group, TopicPartition partition, long nextOffset, CancellationToken cancellationToken = default);
}

/// <summary>Reads one partition forward.</summary>
public interface ILogReader : IDisposable
{
    /// <summary>The offset from which the next read goes on.</summary>
    long NextOffset { get; }

    /// <summary>
    /// Up to <paramref name="maxRecords"/> durable records, as soon as there is at least one; an empty list after
    /// <paramref name="wait"/> without any.
    /// </summary>
    ValueTask<IReadOnlyList<LogRecord>> ReadAsync(int maxRecords, int maxBytes, TimeSpan wait, CancellationToken cancellationToken = default);
}

/// <param name="Low">The oldest readable offset.</param>
/// <param name="High">The offset after the newest durable record.</param>
public readonly record struct LogWatermarks(long Low, long High);

/// <summary>The log cannot serve now; the message says why and what to do.</summary>
public sealed class LogUnavailableException : Exception
{
    public LogUnavailableException(string message, Exception? inner = null) : base(message, inner) { }
    public LogUnavailableException() { }
    public LogUnavailableException(string message) : base(message) { }
}
