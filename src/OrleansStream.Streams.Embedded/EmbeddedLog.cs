using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Embedded.Files;
using OrleansStream.Streams.Embedded.Retention;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded;

/// <summary>The log in the files of one process.</summary>
public sealed class EmbeddedLog : IEventLog, IAsyncDisposable
{
    private readonly EmbeddedLogOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<EmbeddedLog> _logger;
    private readonly ILogFileSystem _files;
    private readonly Dictionary<string, int> _topics;
    private readonly Dictionary<TopicPartition, EmbeddedPartition> _partitions = [];
    private readonly CommittedOffsets _committed;
    private readonly FreeSpace _space;
    private IDisposable? _lock;
    private ITimer? _retention;

    public EmbeddedLog(IOptions<EmbeddedLogOptions> options, TimeProvider time, ILogger<EmbeddedLog> logger, IEnumerable<TopicDeclaration>? declarations = null)
        : this(options, time, logger, declarations ?? [], new LogFileSystem())
    {
    }

    internal EmbeddedLog(IOptions<EmbeddedLogOptions> options, TimeProvider time, ILogger<EmbeddedLog> logger, IEnumerable<TopicDeclaration> declarations, ILogFileSystem files)
    {
        (_options, _time, _logger, _files) = (options.Value, time, logger, files);
        _topics = EmbeddedTopics.Merge(_options, declarations);
        _committed = new CommittedOffsets(Path.Combine(_options.Directory, CommittedOffsets.FileName), files);
        _space = new FreeSpace(_options.Directory, files, _options.MinFreeBytes, time, logger);
    }

    public IReadOnlyDictionary<string, int> Topics => _topics;

    /// <summary>Why records are refused, for health; null while they are not.</summary>
    public LogUnavailableException? Failure => _partitions.Values.Select(p => p.Failure.Current).FirstOrDefault(f => f is not null) ?? _space.Shortage;

    /// <summary>Takes the folder, recovers every partition to its last whole commit and rebuilds the indexes.</summary>
    /// <exception cref="LogUnavailableException">The folder is taken, its files cannot be read or are damaged, or a topic's number of partitions was changed.</exception>
    public void Open()
    {
        long started = _time.GetTimestamp();
        _files.CreateDirectory(_options.Directory);
        _lock = _files.Lock(_options.Directory);
        try
        {
            EmbeddedTopics.CheckPartitionCounts(_topics, _options.Directory, _files);
            _committed.Load();
            OpenPartitions();
        }
        catch (Exception e)
        {
            _lock.Dispose();
            _lock = null;
            if (IoErrors.IsIo(e)) throw new LogUnavailableException($"The log in '{_options.Directory}' could not be opened: {e.Message}", e);
            throw;
        }
        _retention = _time.CreateTimer(_ => Maintain(), null, _options.RetentionInterval, _options.RetentionInterval);
        _logger.LogInformation("Log opened in {Directory}: {Partitions} partitions, {Records} records, {ElapsedMs:0} ms.",
            _options.Directory, _partitions.Count, _partitions.Values.Sum(p => p.Records), _time.GetElapsedTime(started).TotalMilliseconds);
    }

    public async Task<AppendResult[]> AppendAsync(string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellationToken = default)
    {
        var call = new AppendCall(topic, _topics[topic], records);
        if (!_options.ReserveExemptTopics.Contains(topic) && !call.ComesFrom(_topics) && _space.Take(call.Bytes) is { } shortage && !call.IsKnown(_partitions)) throw shortage;
        call.Reserve(_partitions);
        await call.AppendAsync(_partitions).ConfigureAwait(false);
        StreamMetrics.Appended.Add(records.Count - call.Duplicates, StreamMetrics.Topic(topic));
        StreamMetrics.Duplicates.Add(call.Duplicates, StreamMetrics.Topic(topic));
        return call.Results;
    }

    public ILogReader OpenReader(TopicPartition partition, long offset) => new EmbeddedReader(_partitions[partition], offset, _time);

    public ValueTask<long> OffsetForTimeAsync(TopicPartition partition, DateTimeOffset time, CancellationToken cancellationToken = default) =>
        new(_partitions[partition].OffsetForTime(time));

    public LogWatermarks Watermarks(TopicPartition partition) => _partitions[partition].Watermarks;

    public long RecordsFrom(TopicPartition partition, long offset) => _partitions[partition].RecordsFrom(offset);

    public ValueTask<long> CommittedAsync(string group, TopicPartition partition, CancellationToken cancellationToken = default) =>
        _committed.RegisterAsync(group, partition, cancellationToken);

    public ValueTask CommitAsync(string group, TopicPartition partition, long nextOffset, CancellationToken cancellationToken = default) =>
        _committed.SetAsync(group, partition, nextOffset, cancellationToken);

    public ValueTask TrimAsync(TopicPartition partition, long beforeOffset, CancellationToken cancellationToken = default)
    {
        _partitions[partition].Trim(Spare(partition) with { OlderThanTicks = long.MinValue, BeforeOffset = beforeOffset });
        return ValueTask.CompletedTask;
    }

    public IDisposable Hold(TopicPartition partition, long offset) => _partitions[partition].Hold(offset);

    /// <summary>Tries partitions that could not be written again.</summary>
    internal void Probe()
    {
        foreach (var partition in _partitions.Values) partition.Failure.Probe();
    }

    public async ValueTask DisposeAsync()
    {
        if (_retention is not null) await _retention.DisposeAsync().ConfigureAwait(false);
        foreach (var partition in _partitions.Values) await partition.DisposeAsync().ConfigureAwait(false);
        _committed.Dispose();
        _lock?.Dispose();
    }

    private void OpenPartitions()
    {
        var setup = new PartitionSetup(_options, _files, _time, _logger, OnRolled);
        var ids = _topics.SelectMany(t => Enumerable.Range(0, t.Value).Select(p => new TopicPartition(t.Key, p))).ToArray();
        var opened = new EmbeddedPartition[ids.Length];
        try
        {
            Parallel.For(0, ids.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
                i => opened[i] = new EmbeddedPartition(ids[i], setup, _committed.Highest(ids[i])));
        }
        catch (AggregateException e)
        {
            // All that is wrong at once: who repairs one file should not learn of the next only then.
            var causes = e.Flatten().InnerExceptions.OrderBy(c => c.Message, StringComparer.Ordinal).ToList();
            throw causes.TrueForAll(c => c is LogUnavailableException)
                ? new LogUnavailableException(string.Join(Environment.NewLine, causes.Select(c => c.Message)), causes[0])
                : causes.First(c => c is not LogUnavailableException);
        }
        for (int i = 0; i < ids.Length; i++) _partitions.Add(ids[i], opened[i]);
    }

    private void OnRolled(TopicPartition id) => ThreadPool.UnsafeQueueUserWorkItem(_ => Retain(id, byAge: false), null);

    private void Maintain()
    {
        Probe();
        foreach (var id in _partitions.Keys) Retain(id, byAge: true);
    }

    private void Retain(TopicPartition id, bool byAge)
    {
        var retention = _options.RetentionOf(id.Topic);
        try
        {
            _partitions[id].Trim(Spare(id) with
            {
                OlderThanTicks = retention.Time is { } time ? (_time.GetUtcNow() - time).UtcTicks : long.MinValue,
                KeepBytes = retention.Bytes,
            }, byAge);
        }
        catch (Exception e)
        {
            // On a timer's thread it would end the process, for the sake of files that may as well go a minute later.
            _logger.LogError(e, "Retention of {Partition} failed; it is tried again.", id);
        }
    }

    private TrimPlan Spare(TopicPartition id) => new() { Committed = _committed.Lowest(id), Held = long.MaxValue, MaxHeldBytes = _options.MaxHeldBytes };
}
