using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Fakes;

/// <summary>A log in memory that passes the contract; can fail appends and reads, and leave holes between offsets.</summary>
public sealed class FakeEventLog(IReadOnlyDictionary<string, int> topics, TimeProvider time) : IEventLog
{
    private readonly object _gate = new();
    private readonly Dictionary<TopicPartition, List<LogRecord>> _records = [];
    private readonly Dictionary<(TopicPartition, string Key, string Source, string Id, string? RedriveOf), long> _identities = [];
    private readonly Dictionary<(string, TopicPartition), long> _committed = [];
    private readonly Dictionary<TopicPartition, long> _low = [];
    private readonly List<Held> _held = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyDictionary<string, int> Topics => topics;

    public bool DropsDuplicates { get; init; } = true;

    /// <summary>Asked on every append, before anything is taken; what it gives is thrown.</summary>
    public Func<string, IReadOnlyList<LogRecord>, Exception?> FailAppend { get; set; } = (_, _) => null;

    public Func<TopicPartition, Exception?> FailRead { get; set; } = _ => null;

    /// <summary>How many offsets to leave out before the record, as compaction and transactions do.</summary>
    public Func<LogRecord, int> Hole { get; set; } = _ => 0;

    /// <summary>Every record handed in, duplicates too, in order of arrival.</summary>
    public List<(string Topic, LogRecord Record, bool Duplicate)> HandedIn { get; } = [];

    public List<LogRecord> Read(TopicPartition partition)
    {
        lock (_gate) return [.. Of(partition)];
    }

    public List<LogRecord> Read(string topic) => [.. Enumerable.Range(0, topics[topic]).SelectMany(p => Read(new TopicPartition(topic, p)))];

    public List<(string Topic, LogRecord Record, bool Duplicate)> HandedInTo(string topic)
    {
        lock (_gate) return [.. HandedIn.Where(h => h.Topic == topic)];
    }

    public Task<AppendResult[]> AppendAsync(string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellationToken = default)
    {
        if (FailAppend(topic, records) is { } failure) return Task.FromException<AppendResult[]>(failure);
        TaskCompletionSource changed;
        AppendResult[] results;
        lock (_gate)
        {
            results = [.. records.Select(record => Append(topic, record))];
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        changed.SetResult();
        return Task.FromResult(results);
    }

    public ILogReader OpenReader(TopicPartition partition, long offset) => new Reader(this, partition, offset);

    public long RecordsFrom(TopicPartition partition, long offset)
    {
        lock (_gate) return _records.TryGetValue(partition, out var records) ? records.Count(r => r.Offset >= offset) : 0;
    }

    public LogWatermarks Watermarks(TopicPartition partition)
    {
        lock (_gate) return new(_low.GetValueOrDefault(partition), Of(partition) is [.., var last] ? last.Offset + 1 : _low.GetValueOrDefault(partition));
    }

    public ValueTask<long> OffsetForTimeAsync(TopicPartition partition, DateTimeOffset time, CancellationToken cancellationToken = default)
    {
        lock (_gate) return new(Of(partition).Find(r => r.ReceivedAt >= time)?.Offset ?? Watermarks(partition).High);
    }

    public ValueTask TrimAsync(TopicPartition partition, long beforeOffset, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            long low = _committed.Where(c => c.Key.Item2 == partition).Select(c => c.Value).Concat(_held.Where(h => h.Partition == partition).Select(h => h.Offset))
                .Append(beforeOffset).Append(Watermarks(partition).High).Min();
            _low[partition] = Math.Max(low, _low.GetValueOrDefault(partition));
            Of(partition).RemoveAll(r => r.Offset < low);
        }
        return ValueTask.CompletedTask;
    }

    public IDisposable Hold(TopicPartition partition, long offset)
    {
        var held = new Held(this, partition, offset);
        lock (_gate) _held.Add(held);
        return held;
    }

    public ValueTask<long> CommittedAsync(string group, TopicPartition partition, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            _committed.TryAdd((group, partition), 0);
            return new(_committed[(group, partition)]);
        }
    }

    public ValueTask CommitAsync(string group, TopicPartition partition, long nextOffset, CancellationToken cancellationToken = default)
    {
        lock (_gate) _committed[(group, partition)] = Math.Max(nextOffset, _committed.GetValueOrDefault((group, partition)));
        return ValueTask.CompletedTask;
    }

    private AppendResult Append(string topic, LogRecord record)
    {
        var partition = new TopicPartition(topic, Murmur2Partitioner.Partition(record.Key, topics[topic]));
        var records = Of(partition);
        long next = (records is [.., var last] ? last.Offset + 1 : _low.GetValueOrDefault(partition)) + Hole(record);
        var identity = (partition, record.Key, record.Source, record.Id, record.Header(LogHeaders.RedriveOf));
        bool known = !_identities.TryAdd(identity, next) && DropsDuplicates;
        if (!known) records.Add(record.At(next));
        HandedIn.Add((topic, record, known));
        return new AppendResult(new Position(topic, partition.Partition, known ? _identities[identity] : next), known);
    }

    private List<LogRecord> Of(TopicPartition partition)
    {
        if (!_records.TryGetValue(partition, out var records)) _records.Add(partition, records = []);
        return records;
    }

    private sealed class Held(FakeEventLog log, TopicPartition partition, long offset) : IDisposable
    {
        public TopicPartition Partition => partition;

        public long Offset => offset;

        public void Dispose()
        {
            lock (log._gate) log._held.Remove(this);
        }
    }

    private sealed class Reader(FakeEventLog log, TopicPartition partition, long offset) : ILogReader
    {
        public long NextOffset { get; private set; } = offset;

        public async ValueTask<IReadOnlyList<LogRecord>> ReadAsync(int maxRecords, int maxBytes, TimeSpan wait, CancellationToken cancellationToken = default)
        {
            if (log.FailRead(partition) is { } failure) throw failure;
            var records = Take(maxRecords, maxBytes, out var changed);
            if (records.Count > 0 || wait <= TimeSpan.Zero) return records;
            await changed.WaitAsync(wait, log.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            return Take(maxRecords, maxBytes, out _);
        }

        public void Dispose()
        {
        }

        private List<LogRecord> Take(int maxRecords, int maxBytes, out Task changed)
        {
            lock (log._gate)
            {
                changed = log._changed.Task;
                var taken = new List<LogRecord>();
                long bytes = 0;
                var all = log.Of(partition);
                int from = all.FindIndex(r => r.Offset >= NextOffset);
                for (int i = from; i >= 0 && i < all.Count && taken.Count < maxRecords && (taken.Count == 0 || bytes + all[i].Size <= maxBytes); i++)
                {
                    bytes += all[i].Size;
                    taken.Add(all[i]);
                }
                if (taken.Count > 0) NextOffset = taken[^1].Offset + 1;
                return taken;
            }
        }
    }

    private TimeProvider Time => time;
}
