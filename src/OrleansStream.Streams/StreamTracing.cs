using System.Diagnostics;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams;

/// <summary>
/// The engine's activity source, and how a trace goes along with a record: as W3C's <c>traceparent</c> in its headers, from whoever handed it in to what its key puts out
/// and to who listens. A record that belongs to no sampled trace costs a look at its headers and starts none.
/// </summary>
public static class StreamTracing
{
    public const string SourceName = "OrleansStream";

    /// <summary>The header's name, also outside: OpenTelemetry's instrumentations of Kafka clients and the extension of CloudEvents call it so.</summary>
    public const string Header = "traceparent";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>What records that are handed in now carry; empty outside a sampled trace.</summary>
    public static KeyValuePair<string, string>[] Headers() =>
        Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C, Id: { } id } ? [new(Header, id)] : [];

    /// <summary>Starts a span of the record's trace; null when it has none, or nobody listens.</summary>
    /// <param name="operation">What is done with it, for example <c>process</c>; the span's name is this and the topic.</param>
    /// <param name="partition">Where the record lies.</param>
    /// <param name="record">The record.</param>
    internal static Activity? Start(string operation, TopicPartition partition, LogRecord record) =>
        Source.HasListeners() && TryParent(record, out var parent) ? Start(operation, ActivityKind.Consumer, parent, partition, record, default) : null;

    /// <summary>A span, over already, for a record that was sent to somebody who listens.</summary>
    /// <param name="partition">Where the record lies.</param>
    /// <param name="record">The record.</param>
    /// <param name="started">When sending began.</param>
    public static void Sent(TopicPartition partition, LogRecord record, DateTimeOffset started)
    {
        if (Source.HasListeners() && TryParent(record, out var parent)) Start("push", ActivityKind.Producer, parent, partition, record, started)?.Dispose();
    }

    /// <summary>The header of what comes of a record: its span here, else, where nobody records spans, what it came with.</summary>
    internal static string? HeaderOf(LogRecord record, Activity? span) =>
        span is { Recorded: true } ? span.Id : record.Headers.Length > 0 && TryParent(record, out _) ? record.Header(Header) : null;

    private static bool TryParent(LogRecord record, out ActivityContext parent)
    {
        parent = default;
        return record.Headers.Length > 0 && ActivityContext.TryParse(record.Header(Header), null, isRemote: true, out parent) && parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded);
    }

    private static Activity? Start(string operation, ActivityKind kind, ActivityContext parent, TopicPartition partition, LogRecord record, DateTimeOffset started) => Source.StartActivity(
        kind, parent,
        [
            new("messaging.operation.name", operation),
            new("messaging.destination.name", partition.Topic),
            new("messaging.destination.partition.id", partition.Partition),
            new("orleansstream.offset", record.Offset),
            new("messaging.message.id", record.Id),
        ],
        // The request within which it happens, or the call that brought the batch.
        Activity.Current is { IdFormat: ActivityIdFormat.W3C } around && around.TraceId != parent.TraceId ? [new ActivityLink(around.Context)] : null,
        started, $"{operation} {partition.Topic}");
}
