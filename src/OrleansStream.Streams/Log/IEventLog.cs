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
    /// True when the log drops ids that it has before the append, and nobody but the product appends to it. Otherwise whoever owns a partition drops those that come
    /// again, and looks whether a record has a key and lies where that belongs. A decorator passes it on.
    /// </summary>
    bool DropsDuplicates => true;

    /// <summary>In which partition of the topic records of the key belong. A decorator passes it on.</summary>
    int PartitionOf(string topic, string key) => Murmur2Partitioner.Partition(key, Topics[topic]);

    /// <summary>
    /// Appends records and returns when all are durable, results in input order. Records of one key keep their order.
    /// </summary>
    /// <exception cref="LogUnavailableException">The log cannot take records now; nothing may be assumed of those handed in.</exception>
    /// <exception cref="LogFullException">
    /// There is no space left. Of a call that spans partitions some may have their records already: send all again with the same ids.
    /// </exception>
    /// <exception cref="LogOverloadedException">Too much waits to be written; none of the records was taken.</exception>
    Task<AppendResult[]> AppendAsync(string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellationToken = default);

    /// <summary>
    /// Opens a forward reader whose first record is the first at or after <paramref name="offset"/>; of a trimmed place, the oldest
    /// that is left.
    /// </summary>
    ILogReader OpenReader(TopicPartition partition, long offset);

    /// <summary>The offset of the first record handed in (<see cref="LogRecord.ReceivedAt"/>) at or after the time; the high watermark when there is none.</summary>
    ValueTask<long> OffsetForTimeAsync(TopicPartition partition, DateTimeOffset time, CancellationToken cancellationToken = default);

    /// <summary>The oldest readable offset and the one after the newest durable record; what is appended next gets that or a higher one.</summary>
    LogWatermarks Watermarks(TopicPartition partition);

    /// <summary>
    /// How many records there are from the offset to the high watermark. A log that does not know its holes counts offsets, which is more than that. A decorator passes it on.
    /// </summary>
    long RecordsFrom(TopicPartition partition, long offset) => Watermarks(partition).RecordsFrom(offset);

    /// <summary>
    /// The next offset that <paramref name="group"/> has to process: everything before it is done; 0 when it never committed. Whoever asks is a consumer from
    /// then on: retention and trimming spare what it has not committed, also after a restart.
    /// </summary>
    ValueTask<long> CommittedAsync(string group, TopicPartition partition, CancellationToken cancellationToken = default);

    /// <summary>Stores <paramref name="nextOffset"/> for the group; a smaller one than stored is ignored.</summary>
    ValueTask CommitAsync(string group, TopicPartition partition, long nextOffset, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes records before <paramref name="beforeOffset"/>, as far as whole files allow and never what a consumer has not committed or
    /// somebody holds. Reading goes on at the new low watermark.
    /// </summary>
    ValueTask TrimAsync(TopicPartition partition, long beforeOffset, CancellationToken cancellationToken = default);

    /// <summary>
    /// Keeps records from <paramref name="offset"/> on until disposed, as far as the log's bound on held space allows. A log whose retention is elsewhere may
    /// do nothing: a reader sees by the offsets it gets what is gone.
    /// </summary>
    IDisposable Hold(TopicPartition partition, long offset);
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
public readonly record struct LogWatermarks(long Low, long High)
{
    /// <summary>Offsets from the given one to the end; with holes in the log more than records.</summary>
    public long RecordsFrom(long offset) => Math.Max(0, High - Math.Max(Low, offset));
}
