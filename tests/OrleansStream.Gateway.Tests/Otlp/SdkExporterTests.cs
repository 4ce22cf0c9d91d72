using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Otlp;

/// <summary>OpenTelemetry's own .NET SDK and exporters, over both transports.</summary>
public sealed class SdkExporterTests(OtlpHost host) : IClassFixture<OtlpHost>
{
    [Theory]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    [InlineData(OtlpExportProtocol.Grpc)]
    public async Task DeliversLogs_WhenTheSdkExports(OtlpExportProtocol protocol)
    {
        string service = Given.Id("service");
        using (var loggers = LoggerFactory.Create(logging => logging.AddOpenTelemetry(otel => otel
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService(service, serviceInstanceId: "i-1")).AddOtlpExporter(o => Configure(o, protocol, "logs")))))
        {
            var logger = loggers.CreateLogger("shop");
#pragma warning disable CA1848, CA2254 // As users write it.
            for (int i = 0; i < 20; i++) logger.LogInformation("order {OrderId} was paid", i);
            logger.LogError("payment of {OrderId} failed", 21);
#pragma warning restore CA1848, CA2254
        }
        var signals = await host.SignalsAsync(service, s => Logs(s).Sum() == 21);
        Assert.Equal((20L, 1L), (Logs(signals)[(int)LogSeverity.Info], Logs(signals)[(int)LogSeverity.Error]));
        Assert.All(signals, s => Assert.Equal("i-1", s.Instance));
    }

    [Theory]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    [InlineData(OtlpExportProtocol.Grpc)]
    public async Task DeliversMetrics_WhenTheSdkExports(OtlpExportProtocol protocol)
    {
        string service = Given.Id("service");
        using var meter = new Meter(service);
        using (Sdk.CreateMeterProviderBuilder().AddMeter(service).ConfigureResource(r => r.AddService(service))
            .AddView("latency", new Base2ExponentialBucketHistogramConfiguration())
            .AddOtlpExporter(o => Configure(o, protocol, "metrics")).Build())
        {
            meter.CreateCounter<long>("jobs").Add(7);
            meter.CreateObservableGauge("process.cpu.utilization", () => 0.5);
            meter.CreateUpDownCounter<long>("process.memory.usage", "By").Add(1 << 20);
            var durations = meter.CreateHistogram<double>("http.server.request.duration", "s");
            durations.Record(0.02, new KeyValuePair<string, object?>("http.response.status_code", 200));
            durations.Record(0.03, new KeyValuePair<string, object?>("http.response.status_code", 503));
            meter.CreateHistogram<double>("latency", "ms").Record(12);
        }
        var signals = await host.SignalsAsync(service, s => s.Any(x => x.Histograms?.Length == 3));
        var last = signals[^1];
        Assert.Equal(7, last.Counters!.Single(c => c.Name == "jobs").Value);
        Assert.Equal(0.5, last.Gauges!.Single(g => g.Name == WellKnownMetrics.Cpu).Last);
        Assert.Equal(1 << 20, last.Gauges!.Single(g => g.Name == WellKnownMetrics.Memory).Last);
        var requests = last.Histograms!.Where(h => h.IsRequests).ToList();
        Assert.Equal((2, 1, 1000d), (requests.Count, requests.Count(h => h.IsError), requests[0].UnitMs));
        Assert.Null(last.Histograms!.Single(h => !h.IsRequests).Bounds);
    }

    [Theory]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    [InlineData(OtlpExportProtocol.Grpc)]
    public async Task DeliversTraces_WhenTheSdkExports(OtlpExportProtocol protocol)
    {
        string service = Given.Id("service");
        using var source = new ActivitySource(service);
        using (Sdk.CreateTracerProviderBuilder().AddSource(service).ConfigureResource(r => r.AddService(service)).AddOtlpExporter(o => Configure(o, protocol, "traces")).Build())
        {
            for (int i = 0; i < 10; i++)
            {
                using var span = source.StartActivity("GET /", ActivityKind.Server);
                using (source.StartActivity("SELECT", ActivityKind.Client)) { }
                if (i == 3) span!.SetStatus(ActivityStatusCode.Error);
            }
        }
        var signals = await host.SignalsAsync(service, s => s.Sum(x => x.Requests?.Sum(r => r.Count) ?? 0) == 10);
        Assert.Equal(1, signals.Sum(s => s.Requests!.Sum(r => r.Errors)));
    }

    private static long[] Logs(IReadOnlyList<ServiceSignals> signals)
    {
        long[] counts = new long[6];
        foreach (var second in signals.SelectMany(s => s.Logs ?? []))
            for (int i = 0; i < second.Counts.Length; i++) counts[i] += second.Counts[i];
        return counts;
    }

    private void Configure(OtlpExporterOptions options, OtlpExportProtocol protocol, string signal)
    {
        options.Protocol = protocol;
        options.Endpoint = protocol == OtlpExportProtocol.Grpc ? host.Grpc : new Uri(host.Http, $"/v1/{signal}");
    }
}
