using System.Diagnostics.Metrics;

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

    /// <summary>Rows written by checkpoints.</summary>
    public static readonly Counter<long> CheckpointRows = Meter.CreateCounter<long>("orleansstream.checkpoint.rows", "{row}");

    /// <summary>From the close of an epoch until its rows are durable.</summary>
    public static readonly Histogram<double> CheckpointDuration = Meter.CreateHistogram<double>("orleansstream.checkpoint.duration", "s");

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

    /// <summary>Keys deactivated because more were used than may be active.</summary>
    public static readonly Counter<long> KeysEvicted = Meter.CreateCounter<long>("orleansstream.keys.evicted", "{key}");

    public static KeyValuePair<string, object?> Topic(string topic) => new("topic", topic);

    public static KeyValuePair<string, object?> Provider(string provider) => new("provider", provider);
}
