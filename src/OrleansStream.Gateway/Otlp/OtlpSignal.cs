using Google.Protobuf;
using OrleansStream.Gateway.Otlp.Aggregation;
using OrleansStream.Otlp.Json;
using OrleansStream.Otlp.Protocol;

namespace OrleansStream.Gateway.Otlp;

/// <summary>One of the three signals: how its export is read and counted, and what it is answered.</summary>
internal abstract class OtlpSignal
{
    public static readonly OtlpSignal Logs = new OtlpSignal<ExportLogsServiceRequest>(
        "logs", "opentelemetry.proto.collector.logs.v1.LogsService", ExportLogsServiceRequest.Parser, LogCounting.Count,
        partial => new ExportLogsServiceResponse { PartialSuccess = partial is var (n, m) ? new ExportLogsPartialSuccess { RejectedLogRecords = n, ErrorMessage = m } : null });

    public static readonly OtlpSignal Metrics = new OtlpSignal<ExportMetricsServiceRequest>(
        "metrics", "opentelemetry.proto.collector.metrics.v1.MetricsService", ExportMetricsServiceRequest.Parser, MetricCounting.Count,
        partial => new ExportMetricsServiceResponse { PartialSuccess = partial is var (n, m) ? new ExportMetricsPartialSuccess { RejectedDataPoints = n, ErrorMessage = m } : null });

    public static readonly OtlpSignal Traces = new OtlpSignal<ExportTraceServiceRequest>(
        "traces", "opentelemetry.proto.collector.trace.v1.TraceService", ExportTraceServiceRequest.Parser, SpanCounting.Count,
        partial => new ExportTraceServiceResponse { PartialSuccess = partial is var (n, m) ? new ExportTracePartialSuccess { RejectedSpans = n, ErrorMessage = m } : null });

    public static readonly IReadOnlyList<OtlpSignal> All = [Logs, Metrics, Traces];

    private protected OtlpSignal(string name, string service) => (Name, Service) = (name, service);

    /// <summary>The last part of its route, <c>logs</c>.</summary>
    public string Name { get; }

    /// <summary>The full name of its gRPC service, whose method is <c>Export</c>.</summary>
    public string Service { get; }

    /// <summary>Reads an export and counts what it says of each service.</summary>
    /// <exception cref="OtlpFormatException">It is no export of this signal.</exception>
    public abstract void Read(ReadOnlyMemory<byte> body, bool json, ExportDraft draft);

    /// <summary>The answer to an export that was taken, in part when something of it was rejected.</summary>
    public abstract IMessage Answer((long Rejected, string Message)? partial);
}

/// <param name="name">See <see cref="OtlpSignal.Name"/>.</param>
/// <param name="service">See <see cref="OtlpSignal.Service"/>.</param>
/// <param name="parser">The request's.</param>
/// <param name="count">Counts what a request says.</param>
/// <param name="answer">Makes the answer.</param>
internal sealed class OtlpSignal<TRequest>(
    string name, string service, MessageParser<TRequest> parser, Action<TRequest, ExportDraft> count, Func<(long Rejected, string Message)?, IMessage> answer)
    : OtlpSignal(name, service)
    where TRequest : IMessage<TRequest>, new()
{
    private readonly MessageParser<TRequest> _parser = parser.WithDiscardUnknownFields(true);

    public override void Read(ReadOnlyMemory<byte> body, bool json, ExportDraft draft) => count(json ? ReadJson(body, draft) : ReadProtobuf(body), draft);

    public override IMessage Answer((long Rejected, string Message)? partial) => answer(partial);

    private static TRequest ReadJson(ReadOnlyMemory<byte> body, ExportDraft draft)
    {
        var reading = OtlpJson.Read<TRequest>(body.Span);
        if (reading.Skipped > 0) draft.Rejections.Add(reading.Reason!, reading.Skipped);
        return reading.Message;
    }

    private TRequest ReadProtobuf(ReadOnlyMemory<byte> body)
    {
        try
        {
            return _parser.ParseFrom(body.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            throw new OtlpFormatException($"The body is no valid {typeof(TRequest).Name} in protobuf.");
        }
    }
}
