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

    public static KeyValuePair<string, object?> Topic(string topic) => new("topic", topic);
}
