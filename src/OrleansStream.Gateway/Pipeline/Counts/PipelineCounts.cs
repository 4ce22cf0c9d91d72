using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Gateway.Pipeline.Feed;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Pressure;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Gateway.Pipeline.Counts;

/// <summary>
/// Reality and the stream, counted: how many records were handed in, and how many of them are processed. Handed in is what stands in the input topics. A record is
/// processed when an output that came of it, or its dead letter, is published, at the latest when the processors have committed it.
/// </summary>
internal sealed class PipelineCounts : ReadModel
{
    public const string ModelName = "pipeline";

    /// <summary>A commit may be known before the outputs of what it covers are read: they say more, and get this long.</summary>
    private static readonly TimeSpan CommitDelay = TimeSpan.FromMilliseconds(500);

    private readonly IEventLog _log;
    private readonly Dictionary<string, List<PendingOffsets>> _inputs;
    private readonly RecordSamples _samples;
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _startedAt;
    private readonly LatencyWindow _latency = new();
    private readonly RateWindow _rate = new();
    private readonly Dictionary<TopicPartition, long> _next = [];
    private readonly HashSet<TopicPartition> _restored = [];
    private readonly Dictionary<TopicPartition, (long Committed, long SeenAt)> _commits = [];
    private long _ingested;

    public PipelineCounts(ProcessorRegistry processors, IEventLog log, RecordSamples samples, TimeProvider time)
    {
        (_log, _samples, _time, _startedAt) = (log, samples, time, time.GetUtcNow());
        // What processors hand to each other was handed in once already.
        var fromOutside = processors.All.Where(p => p.TakesRequests).ToList();
        // How many partitions there are is known for sure when the log is open, which is later.
        _inputs = fromOutside.ToDictionary(p => p.Names.Topic, _ => new List<PendingOffsets>());
        Topics = [.. _inputs.Keys, .. fromOutside.Select(p => p.Names.OutputTopic).Append(DeadLetter.TopicName).Except(_inputs.Keys)];
    }

    public override string Name => ModelName;

    public override IReadOnlyList<string> Topics { get; }

    public IEnumerable<string> InputTopics => _inputs.Keys;

    /// <summary>The figures, given how far the processors have committed.</summary>
    public StreamFigures Read(IEnumerable<PartitionLag> lags)
    {
        lock (Gate)
        {
            foreach (var lag in lags) Commit(lag.Partition, lag.Committed);
            long pending = _inputs.Values.Sum(topic => topic.Sum(p => p.Count));
            var (p50, p99) = _latency.Quantiles();
            return new StreamFigures(_ingested, _ingested - pending, _rate.PerSecond(_time.GetUtcNow()), p50, p99);
        }
    }

    protected override void Apply(TopicPartition partition, LogRecord record)
    {
        if (PendingOf(partition) is { } pending) Receive(pending, partition, record);
        else if (_inputs.ContainsKey(record.Source) && OutputOrigin.TryParse(record, out var input) && PendingOf(input.TopicPartition) is { } origin) Complete(origin, input, record);
    }

    protected override void Reset()
    {
        foreach (var pending in _inputs.Values.SelectMany(p => p)) pending.Clear();
        _next.Clear();
        _restored.Clear();
        _commits.Clear();
        _ingested = 0;
    }

    protected override IEnumerable<byte[]> Snapshot() =>
        [JsonSerializer.SerializeToUtf8Bytes(new CountsSnapshot(_ingested, _next.ToDictionary(n => n.Key.ToString(), n => n.Value)), CountsJson.Default.CountsSnapshot)];

    protected override void Restore(ReadOnlySpan<byte> piece)
    {
        var counts = JsonSerializer.Deserialize(piece, CountsJson.Default.CountsSnapshot)!;
        _ingested = counts.Ingested;
        foreach (var (text, next) in counts.Next)
        {
            var partition = TopicPartition.Parse(text);
            _next[partition] = next;
            _restored.Add(partition);
        }
    }

    private void Receive(PendingOffsets pending, TopicPartition partition, LogRecord record)
    {
        _ingested++;
        _next[partition] = record.Offset + 1;
        long processed = pending.Receive(record.Offset, record.ReceivedAt.UtcTicks);
        // What stood in the log before this process came is counted, and nobody watches it happen.
        if (record.ReceivedAt < _startedAt) return;
        _rate.Add(record.ReceivedAt);
        _samples.Received(partition, record);
        if (processed > 0) Measure(processed, new Position(partition.Topic, partition.Partition, record.Offset), null);
    }

    private void Complete(PendingOffsets pending, Position input, LogRecord output)
    {
        long received = pending.Complete(input.Offset);
        if (received > 0) Measure(received, input, output);
    }

    private void Measure(long receivedTicks, Position input, LogRecord? output)
    {
        var now = _time.GetUtcNow();
        var latency = TimeSpan.FromTicks(Math.Max(0, now.UtcTicks - receivedTicks));
        // Published before this process came, by one that was killed.
        if (output is not null && output.ReceivedAt < _startedAt) return;
        _latency.Add(latency, now);
        _samples.Processed(input, latency, output);
    }

    private void Commit(TopicPartition partition, long committed)
    {
        if (PendingOf(partition) is not { } pending) return;
        if (!_commits.TryGetValue(partition, out var seen))
        {
            if (_restored.Remove(partition)) pending.Assume(committed, _next[partition]);
            pending.Advance(committed);
            _commits.Add(partition, (committed, _time.GetTimestamp()));
            return;
        }
        if (_time.GetElapsedTime(seen.SeenAt) < CommitDelay) return;
        pending.Advance(seen.Committed);
        _samples.Committed(partition, seen.Committed);
        if (committed > seen.Committed) _commits[partition] = (committed, _time.GetTimestamp());
    }

    /// <summary>Null when it is no partition of an input topic.</summary>
    private PendingOffsets? PendingOf(TopicPartition partition)
    {
        if (!_inputs.TryGetValue(partition.Topic, out var all) || partition.Partition >= _log.Topics[partition.Topic]) return null;
        while (all.Count <= partition.Partition) all.Add(new PendingOffsets());
        return all[partition.Partition];
    }
}

/// <summary>Reality and the stream as they are now.</summary>
/// <param name="Ingested">Records handed in.</param>
/// <param name="Processed">Those of them that are processed.</param>
/// <param name="RatePerSecond">Records handed in per second, over the last five.</param>
/// <param name="P50">Milliseconds from hand-in to published output, median of the last minute with any; null before the first.</param>
/// <param name="P99">The same, 99th percentile.</param>
internal sealed record StreamFigures(long Ingested, long Processed, double RatePerSecond, double? P50, double? P99);

/// <summary>What is stored of the counts.</summary>
/// <param name="Ingested">Records handed in.</param>
/// <param name="Next">The next offset of each input partition.</param>
internal sealed record CountsSnapshot(long Ingested, Dictionary<string, long> Next);

[JsonSerializable(typeof(CountsSnapshot))]
internal sealed partial class CountsJson : JsonSerializerContext;
