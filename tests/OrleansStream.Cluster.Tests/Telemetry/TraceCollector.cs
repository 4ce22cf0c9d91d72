using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansStream.Otlp.Protocol;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Telemetry;

/// <summary>An OpenTelemetry collector that keeps what it is sent: to it processes export their spans.</summary>
internal sealed class TraceCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Service, Span Span)> _spans = new();

    private TraceCollector(WebApplication app) => _app = app;

    /// <summary>What tells a process to export here.</summary>
    public IReadOnlyDictionary<string, string> Variables(string service) => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _app.Urls.Single(), ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf", ["OTEL_SERVICE_NAME"] = service, ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
    };

    public IReadOnlyList<(string Service, Span Span)> Of(string trace) => [.. _spans.Where(s => Convert.ToHexStringLower(s.Span.TraceId.Span) == trace)];

    /// <summary>The trace's spans, once they are as wanted.</summary>
    public async Task<IReadOnlyList<(string Service, Span Span)>> UntilAsync(string trace, Func<IReadOnlyList<(string Service, Span Span)>, bool> wanted, TimeSpan limit, Func<string> output)
    {
        for (long start = Environment.TickCount64; ; await Task.Delay(20))
        {
            var spans = Of(trace);
            if (wanted(spans)) return spans;
            Assert.True(Environment.TickCount64 - start < limit.TotalMilliseconds, $"The trace has: {string.Join(", ", spans.Select(s => $"{s.Service}: {s.Span.Name}"))}\n{output()}");
        }
    }

    public static async Task<TraceCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add(FreePorts.Url().ToString().TrimEnd('/'));
        var collector = new TraceCollector(app);
        app.MapPost("/v1/traces", collector.TakeAsync);
        app.MapPost("/v1/{signal}", () => Results.Bytes([], "application/x-protobuf"));
        await app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var export = ExportTraceServiceRequest.Parser.ParseFrom(body.ToArray());
        foreach (var resource in export.ResourceSpans)
        {
            string service = resource.Resource.Attributes.FirstOrDefault(a => a.Key == "service.name")?.Value.StringValue ?? "";
            foreach (var span in resource.ScopeSpans.SelectMany(scope => scope.Spans)) _spans.Enqueue((service, span));
        }
        return Results.Bytes([], "application/x-protobuf");
    }
}
