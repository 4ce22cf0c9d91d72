using System.Diagnostics.Metrics;
using OrleansStream.Streams.Pressure;

namespace OrleansStream.Streams;

/// <summary>The engine's instruments, meter <c>OrleansStream</c>. Durations in seconds, as OpenTelemetry has it.</summary>
public static class StreamMetrics
{
    public const string MeterName = "OrleansStream";

    private static readonly Meter Meter = new(MeterName);

    /// <summary>Records appended to a topic and durable; tag <c>topic</c>.</summary>
    public static readonly Counter<long> Appended = Meter.CreateCounter<long>("orleansstream.log.appended", "{record}");

    /// <summary>Records that were there already, by key, source and id; tag <c>topic</c>.</summary>
    public static readonly Counter<long> Duplicates = Meter.CreateCounter<long>("orleansstream.log.duplicates", "{record}");

    /// <summary>Records applied to their keys; tag <c>topic</c>.</summary>
    public static readonly Counter<long> Applied = Meter.CreateCounter<long>("orleansstream.records.applied", "{record}");

    /// <summary>Records that came again and were skipped, because their key had applied them; tag <c>topic</c>.</summary>
    public static readonly Counter<long> Redelivered = Meter.CreateCounter<long>("orleansstream.records.redelivered", "{record}");

    /// <summary>Records that could not be applied; tag <c>topic</c>.</summary>
    public static readonly Counter<long> DeadLetters = Meter.CreateCounter<long>("orleansstream.records.dead_lettered", "{record}");

    /// <summary>From the moment a record was handed in until it is applied, durable and its outputs published; tag <c>topic</c>. One record in many is measured.</summary>
    public static readonly Histogram<double> DeliveryDuration = Meter.CreateHistogram<double>("orleansstream.delivery.duration", "s");

    /// <summary>Records read ahead of delivery, in all partitions of this silo.</summary>
    public static readonly UpDownCounter<long> CacheRecords = Meter.CreateUpDownCounter<long>("orleansstream.cache.records", "{record}");

    /// <summary>The same in bytes.</summary>
    public static readonly UpDownCounter<long> CacheBytes = Meter.CreateUpDownCounter<long>("orleansstream.cache.bytes", "By");

    /// <summary>Calls to keys that failed and are made again; tag <c>topic</c>.</summary>
    public static readonly Counter<long> Retries = Meter.CreateCounter<long>("orleansstream.calls.retried", "{call}");

    /// <summary>Rows written by checkpoints.</summary>
    public static readonly Counter<long> CheckpointRows = Meter.CreateCounter<long>("orleansstream.checkpoint.rows", "{row}");

    /// <summary>From the close of an epoch until its rows are durable.</summary>
    public static readonly Histogram<double> CheckpointDuration = Meter.CreateHistogram<double>("orleansstream.checkpoint.duration", "s");

    /// <summary>Records that a read model could not take in and left out; tag <c>model</c>.</summary>
    public static readonly Counter<long> ReadModelSkipped = Meter.CreateCounter<long>("orleansstream.readmodel.skipped", "{record}");

    /// <summary>Ranges of a partition that replays read from the log; tag <c>topic</c>.</summary>
    public static readonly Counter<long> ReplayChunksRead = Meter.CreateCounter<long>("orleansstream.replay.chunks_read", "{chunk}");

    /// <summary>Ranges of a partition that a replay got from another's scan; tag <c>topic</c>.</summary>
    public static readonly Counter<long> ReplayChunksShared = Meter.CreateCounter<long>("orleansstream.replay.chunks_shared", "{chunk}");

    /// <summary>Records that replays delivered to their keys again; tag <c>topic</c>.</summary>
    public static readonly Counter<long> Replayed = Meter.CreateCounter<long>("orleansstream.replay.records", "{record}");

    /// <summary>Dead letters sent to their topics again; tag <c>topic</c>.</summary>
    public static readonly Counter<long> Redriven = Meter.CreateCounter<long>("orleansstream.records.redriven", "{record}");

    /// <summary>Records that wait to be applied, and for how long the oldest has been waiting; tags <c>topic</c>, <c>partition</c>.</summary>
    internal static void Observe(LagMonitor monitor)
    {
        // A process has one monitor; in tests several come and go, and a gauge must keep none of them alive.
        var observed = new WeakReference<LagMonitor>(monitor);
        Meter.CreateObservableGauge("orleansstream.lag", () => Measure(lag => lag.Records), "{record}");
        Meter.CreateObservableGauge("orleansstream.watermark.age", () => Measure(lag => lag.WatermarkAge.TotalSeconds), "s");

        IEnumerable<Measurement<T>> Measure<T>(Func<PartitionLag, T> value)
            where T : struct =>
            observed.TryGetTarget(out var target) ? [.. target.Lags.Values.Select(lag => new Measurement<T>(value(lag), Topic(lag.Partition.Topic), new("partition", lag.Partition.Partition)))] : [];
    }

    /// <summary>Records that a stream-per-key provider holds undelivered; tag <c>provider</c>.</summary>
    public static readonly UpDownCounter<long> KeyStreamCacheRecords = Meter.CreateUpDownCounter<long>("orleansstream.keystreams.cache.records", "{record}");

    /// <summary>The same in bytes.</summary>
    public static readonly UpDownCounter<long> KeyStreamCacheBytes = Meter.CreateUpDownCounter<long>("orleansstream.keystreams.cache.bytes", "By");

    /// <summary>Streams in its index: with records, or known to a pulling agent; tag <c>provider</c>.</summary>
    public static readonly UpDownCounter<long> KeyStreamsIndexed = Meter.CreateUpDownCounter<long>("orleansstream.keystreams.indexed", "{stream}");

    /// <summary>Records delivered to a subscriber, once per subscriber; tag <c>provider</c>.</summary>
    public static readonly Counter<long> KeyStreamDelivered = Meter.CreateCounter<long>("orleansstream.keystreams.delivered", "{record}");

    /// <summary>Records sent again after a delivery failed; tag <c>provider</c>.</summary>
    public static readonly Counter<long> KeyStreamRedelivered = Meter.CreateCounter<long>("orleansstream.keystreams.redelivered", "{record}");

    public static KeyValuePair<string, object?> Topic(string topic) => new("topic", topic);

    public static KeyValuePair<string, object?> Provider(string provider) => new("provider", provider);
}
