using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;
using OrleansStream.Otlp.Protocol;

namespace OrleansStream.Gateway.Tests.Otlp;

/// <summary>Exports in the words of the tests.</summary>
internal static class Otlp
{
    public const string Protobuf = "application/x-protobuf";
    public const string Json = "application/json";

    /// <summary>2026-11-22T10:00:00Z.</summary>
    public const ulong Time = 1_795_341_600_000_000_000;
    public const long TimeMs = 1_795_341_600_000;

    public static readonly ByteString TraceId = ByteString.CopyFrom(Convert.FromHexString("5b8efff798038103d269b633813fc60c"));
    public static readonly ByteString SpanId = ByteString.CopyFrom(Convert.FromHexString("eee19b7ec3c1b174"));

    public static Resource Resource(string service, string? instance = null)
    {
        var resource = new Resource { Attributes = { Text("service.name", service) } };
        if (instance is not null) resource.Attributes.Add(Text("service.instance.id", instance));
        return resource;
    }

    public static KeyValue Text(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    public static KeyValue Number(string key, long value) => new() { Key = key, Value = new AnyValue { IntValue = value } };

    public static ExportLogsServiceRequest Logs(string service, params LogRecord[] records) => new()
    {
        ResourceLogs = { new ResourceLogs { Resource = Resource(service), ScopeLogs = { new ScopeLogs { LogRecords = { records } } } } },
    };

    public static LogRecord Log(string body, SeverityNumber severity = SeverityNumber.Info, ulong time = Time) => new()
    {
        TimeUnixNano = time, SeverityNumber = severity, Body = new AnyValue { StringValue = body },
    };

    public static ExportTraceServiceRequest Spans(string service, params Span[] spans) => new()
    {
        ResourceSpans = { new ResourceSpans { Resource = Resource(service), ScopeSpans = { new ScopeSpans { Spans = { spans } } } } },
    };

    public static Span Span(double ms = 10, bool failed = false, Span.Types.SpanKind kind = OrleansStream.Otlp.Protocol.Span.Types.SpanKind.Server, ulong end = Time) => new()
    {
        TraceId = TraceId, SpanId = SpanId, Name = "GET /", Kind = kind, StartTimeUnixNano = end - (ulong)(ms * 1e6), EndTimeUnixNano = end,
        Status = failed ? new Status { Code = Status.Types.StatusCode.Error } : null,
    };

    public static ExportMetricsServiceRequest Metrics(string service, params Metric[] metrics) => new()
    {
        ResourceMetrics = { new ResourceMetrics { Resource = Resource(service, "i-1"), ScopeMetrics = { new ScopeMetrics { Metrics = { metrics } } } } },
    };

    public static NumberDataPoint Point(double value, ulong time = Time, params KeyValue[] attributes) => new() { AsDouble = value, TimeUnixNano = time, Attributes = { attributes } };

    public static Metric Gauge(string name, params NumberDataPoint[] points) => new() { Name = name, Gauge = new Gauge { DataPoints = { points } } };

    public static Metric Sum(string name, bool monotonic, AggregationTemporality temporality, params NumberDataPoint[] points) =>
        new() { Name = name, Sum = new Sum { IsMonotonic = monotonic, AggregationTemporality = temporality, DataPoints = { points } } };

    public static HttpContent Content(byte[] body, string type, bool gzip = false)
    {
        var content = new ByteArrayContent(gzip ? Zip(body) : body) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        if (gzip) content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    public static HttpContent Content(string json) => Content(Encoding.UTF8.GetBytes(json), Json);

    public static HttpContent Content(IMessage message, bool gzip = false) => Content(message.ToByteArray(), Protobuf, gzip);

    public static byte[] Zip(byte[] plain)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(plain);
        return zipped.ToArray();
    }
}
