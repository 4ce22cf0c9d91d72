using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Gateway.Otlp;
using OrleansStream.Gateway.Otlp.Aggregation;
using OrleansStream.Otlp.Protocol;
using static OrleansStream.Gateway.Tests.Otlp.Otlp;

namespace OrleansStream.Gateway.Tests.Otlp;

/// <summary>What decoding and counting an export costs, for whoever asks (<c>-explicit only</c>): no test, a measurement.</summary>
public sealed class AggregationCost(ITestOutputHelper output)
{
    private const int Services = 500;
    private const int Rounds = 60;

    [Fact(Explicit = true)]
    public void IsSaid_WhenACollectorSendsLogs()
    {
        var request = new ExportLogsServiceRequest();
        for (int i = 0; i < Services; i++)
            request.ResourceLogs.Add(Logs($"service-{i}", [.. Enumerable.Range(0, 4).Select(k => With(Log(string.Create(CultureInfo.InvariantCulture, $"order {i * k} of user {k} was placed in {i} ms"))))]).ResourceLogs[0]);
        Measure(OtlpSignal.Logs, request.ToByteArray(), 4 * Services);
    }

    [Fact(Explicit = true)]
    public void IsSaid_WhenACollectorSendsMetrics()
    {
        var request = new ExportMetricsServiceRequest();
        for (int i = 0; i < Services; i++)
        {
            var metric = new Metric { Name = "http.server.request.duration", Unit = "s", Histogram = new Histogram { AggregationTemporality = AggregationTemporality.Cumulative } };
            foreach (int status in new[] { 200, 500 })
                metric.Histogram.DataPoints.Add(new HistogramDataPoint
                {
                    TimeUnixNano = Time, StartTimeUnixNano = Time - 1_000_000_000, Count = 20, Sum = 0.4, BucketCounts = { 10, 10, 0, 0 }, ExplicitBounds = { 0.02, 0.1, 1 },
                    Attributes = { Number("http.response.status_code", status), Text("http.request.method", "GET") },
                });
            request.ResourceMetrics.Add(Metrics($"service-{i}", metric).ResourceMetrics[0]);
        }
        Measure(OtlpSignal.Metrics, request.ToByteArray(), 2 * Services);
    }

    private void Measure(OtlpSignal signal, byte[] body, int records)
    {
        double decode = 0, write = 0;
        long bytes = 0, allocated = 0;
        for (int round = -20; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread(), started = Stopwatch.GetTimestamp();
            var draft = new ExportDraft(new OtlpOptions(), TimeMs, TimeMs + 300_000);
            signal.Read(body, json: false, draft);
            ServiceSignals[] signals = [.. draft.Cut()];
            double counted = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
            long written = signals.Sum(s => (long)ServiceSignalsJson.Write(s).Length);
            if (round < 0) continue;
            decode += counted;
            write += Stopwatch.GetElapsedTime(started).TotalMicroseconds - counted;
            (bytes, allocated) = (written, allocated + GC.GetAllocatedBytesForCurrentThread() - before);
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{signal.Name}: {records} records in {body.Length:N0} bytes; decoded and counted in {decode / Rounds / records:0.00} µs, written in {write / Rounds / records:0.00} µs a record; {(double)bytes / Services:0} bytes a service; {allocated / Rounds / records:N0} bytes allocated a record"));
    }

    private static LogRecord With(LogRecord record)
    {
        record.Attributes.Add([Text("thread", "worker-3"), Text("logger", "shop.orders")]);
        return record;
    }
}
