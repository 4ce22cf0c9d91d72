using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Embedded;

/// <summary>The log in the files of one process.</summary>
public sealed class EmbeddedLog(IOptions<EmbeddedLogOptions> options, TimeProvider time, ILogger<EmbeddedLog> logger) : IEventLog, IAsyncDisposable
{
    private readonly EmbeddedLogOptions _options = options.Value;
    private readonly Dictionary<TopicPartition, EmbeddedPartition> _partitions = [];
    private DirectoryLock? _lock;
    private CommittedOffsets? _committed;

    public IReadOnlyDictionary<string, int> Topics => _options.Topics;

    /// <summary>The first failure of a partition, for health; null while all can be written.</summary>
    public LogUnavailableException? Failure => _partitions.Values.Select(p => p.Failure).FirstOrDefault(f => f is not null);

    /// <summary>Takes the folder, recovers every partition to its last whole commit and rebuilds the indexes.</summary>
    /// <exception cref="LogUnavailableException">The folder is taken, its files cannot be read, or a topic's number of partitions was changed.</exception>
    public void Open()
    {
        long started = time.GetTimestamp();
        Directory.CreateDirectory(_options.Directory);
        _lock = DirectoryLock.Acquire(_options.Directory);
        CheckPartitionCounts();
        _committed = new CommittedOffsets(Path.Combine(_options.Directory, "committed.json"));
        _committed.Load();
        foreach (var (topic, count) in _options.Topics)
        {
            for (int p = 0; p < count; p++)
            {
                var id = new TopicPartition(topic, p);
                _partitions.Add(id, new EmbeddedPartition(id, Path.Combine(_options.Directory, topic, $"{p:d3}"), _options, logger));
            }
        }
        long records = _partitions.Values.Sum(p => p.Watermarks.High - p.Watermarks.Low);
        logger.LogInformation("Log opened in {Directory}: {Partitions} partitions, {Records} records, {ElapsedMs:0} ms.",
            _options.Directory, _partitions.Count, records, time.GetElapsedTime(started).TotalMilliseconds);
    }

    public async Task<AppendResult[]> AppendAsync(string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellationToken = default)
    {
        int count = _options.Topics[topic];
        var results = new AppendResult[records.Count];
        var byPartition = new List<int>?[count];
        foreach (var record in records) FasterLogFiles.ThrowIfTooLarge(record);
        for (int i = 0; i < records.Count; i++) (byPartition[Murmur2Partitioner.Partition(records[i].Key, count)] ??= []).Add(i);
        var appends = new List<Task>(count);
        for (int p = 0; p < count; p++)
            if (byPartition[p] is { } indexes) appends.Add(_partitions[new TopicPartition(topic, p)].AppendAsync(records, indexes, results));
        await Task.WhenAll(appends).ConfigureAwait(false);
        int duplicates = results.Count(r => r.Duplicate);
        StreamMetrics.Appended.Add(results.Length - duplicates, StreamMetrics.Topic(topic));
        StreamMetrics.Duplicates.Add(duplicates, StreamMetrics.Topic(topic));
        return results;
    }

    public ILogReader OpenReader(TopicPartition partition, long offset) => new EmbeddedReader(_partitions[partition], offset, time);

    public LogWatermarks Watermarks(TopicPartition partition) => _partitions[partition].Watermarks;

    public ValueTask<long> CommittedAsync(string group, TopicPartition partition, CancellationToken cancellationToken = default) =>
        new(_committed!.Get(group, partition));

    public ValueTask CommitAsync(string group, TopicPartition partition, long nextOffset, CancellationToken cancellationToken = default) =>
        _committed!.SetAsync(group, partition, nextOffset, cancellationToken);

    public ValueTask<long> OffsetForTimeAsync(TopicPartition partition, DateTimeOffset time, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask TrimAsync(TopicPartition partition, long beforeOffset, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public IDisposable Hold(TopicPartition partition, long offset) => throw new NotSupportedException();

    public async ValueTask DisposeAsync()
    {
        foreach (var partition in _partitions.Values) await partition.DisposeAsync().ConfigureAwait(false);
        _partitions.Clear();
        _committed?.Dispose();
        _lock?.Dispose();
    }

    private void CheckPartitionCounts()
    {
        string path = Path.Combine(_options.Directory, "topics.json");
        var known = File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllBytes(path)) ?? [] : [];
        foreach (var (topic, count) in _options.Topics)
        {
            if (known.TryGetValue(topic, out int before) && before != count)
                throw new LogUnavailableException(
                    $"Topic '{topic}' has {before} partitions on disk and {count} in the configuration. Changing the number would break the order per key: configure {before}, or use another data directory.");
            known[topic] = count;
        }
        File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(known));
        File.Move(path + ".new", path, overwrite: true);
    }
}
