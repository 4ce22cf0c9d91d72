using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using OrleansStream.Otlp.Protocol;

namespace OrleansStream.Benchmarks.Services;

/// <summary>
/// One collector: each second an export with a point of request durations of each of its services, and one with their log records. Messages are made once and only get new times,
/// so that the generator costs little.
/// </summary>
internal sealed class Collector
{
    /// <summary>Requests of a service in a second, and how many of them fail by themselves.</summary>
    private const int Requests = 20;

    private static readonly string[] Bodies =
    [
        "order {0} of user {1} was placed in {2} ms", "cache miss for key session:{1}", "GET /api/items/{0} answered 200 in {2} ms", "connection {0} from 10.0.0.{2} was closed",
    ];

    private readonly string[] _services;
    private readonly HttpClient _http;
    private readonly Random _random;
    private readonly ExportMetricsServiceRequest _metrics = new();
    private readonly ExportLogsServiceRequest _logs = new();
    private readonly Dictionary<string, int> _spiking = [];
    private readonly List<string> _fresh = [];

    public Collector(int number, int services, int logRecords, HttpClient http)
    {
        (_http, _random) = (http, new Random(number));
        _services = [.. Enumerable.Range(0, services).Select(i => string.Create(CultureInfo.InvariantCulture, $"service-{number}-{i:000}"))];
        foreach (string service in _services)
        {
            var resource = new Resource { Attributes = { Text("service.name", service), Text("service.instance.id", "1") } };
            var durations = new Histogram { AggregationTemporality = AggregationTemporality.Delta, DataPoints = { Durations(200), Durations(500) } };
            _metrics.ResourceMetrics.Add(new ResourceMetrics
            {
                Resource = resource, ScopeMetrics = { new ScopeMetrics { Metrics = { new Metric { Name = "http.server.request.duration", Unit = "s", Histogram = durations } } } },
            });
            _logs.ResourceLogs.Add(new ResourceLogs { Resource = resource, ScopeLogs = { new ScopeLogs() } });
        }
        for (int i = 0; i < logRecords; i++)
            _logs.ResourceLogs[i % services].ScopeLogs[0].LogRecords.Add(new LogRecord
            {
                Body = new AnyValue(),
                Attributes = { Text("thread", "worker-3"), Text("logger", "shop.orders") },
            });
    }

    public IReadOnlyList<string> Services => _services;

    public List<Spike> Spikes { get; } = [];

    public List<double> AnswerMs { get; } = [];

    public long Taken { get; private set; }

    public long Failed { get; private set; }

    public double LateMs { get; private set; }

    /// <summary>From the next export on most requests of the service fail, for so many seconds.</summary>
    public void Begin(string service, int seconds)
    {
        lock (_spiking)
        {
            _spiking[service] = seconds;
            _fresh.Add(service);
        }
    }

    /// <summary>Sends at a fixed phase of each second until told to stop.</summary>
    public async Task RunAsync(long start, TimeSpan phase, CancellationToken stop)
    {
        for (int second = 0; !stop.IsCancellationRequested; second++)
        {
            var due = TimeSpan.FromSeconds(second) + phase - Stopwatch.GetElapsedTime(start);
            if (due > TimeSpan.Zero) await Task.Delay(due, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested) return;
            if (second > 0) LateMs = Math.Max(LateMs, -(TimeSpan.FromSeconds(second) + phase - Stopwatch.GetElapsedTime(start)).TotalMilliseconds);
            ulong now = (ulong)(DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
            string[] fresh = Prepare(now);
            long left = await SendAsync("v1/metrics", _metrics);
            lock (Spikes) Spikes.AddRange(fresh.Select(s => new Spike(s, left)));
            await SendAsync("v1/logs", _logs);
        }
    }

    private string[] Prepare(ulong now)
    {
        lock (_spiking)
        {
            for (int i = 0; i < _services.Length; i++)
            {
                int left = _spiking.GetValueOrDefault(_services[i]);
                if (left == 1) _spiking.Remove(_services[i]);
                else if (left > 1) _spiking[_services[i]] = left - 1;
                var points = _metrics.ResourceMetrics[i].ScopeMetrics[0].Metrics[0].Histogram.DataPoints;
                Set(points[0], now, left > 0 ? Requests / 2 : Requests);
                Set(points[1], now, left > 0 ? 2 * Requests : _random.Next(500) == 0 ? 1 : 0);
                foreach (var record in _logs.ResourceLogs[i].ScopeLogs[0].LogRecords)
                {
                    record.SeverityNumber = _random.Next(500) == 0 ? SeverityNumber.Error : SeverityNumber.Info;
                    record.TimeUnixNano = now - (ulong)_random.Next(500_000_000);
                    record.Body.StringValue = string.Format(CultureInfo.InvariantCulture, Bodies[_random.Next(Bodies.Length)], _random.Next(1_000_000), _random.Next(10_000), _random.Next(256));
                }
            }
            string[] fresh = [.. _fresh];
            _fresh.Clear();
            return fresh;
        }
    }

    private async Task<long> SendAsync(string path, IMessage message)
    {
        using var content = new TimedContent(message.ToByteArray());
        long started = Stopwatch.GetTimestamp();
        try
        {
            using var response = await _http.PostAsync(path, content);
            if (response.StatusCode == HttpStatusCode.OK) Taken++;
            else Failed++;
        }
        catch (HttpRequestException)
        {
            Failed++;
        }
        AnswerMs.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        return content.LeftAt;
    }

    private static void Set(HistogramDataPoint point, ulong now, int count)
    {
        (point.TimeUnixNano, point.StartTimeUnixNano, point.Count, point.Sum) = (now, now - 1_000_000_000, (ulong)count, count * 0.02);
        (point.BucketCounts[0], point.BucketCounts[1]) = ((ulong)(count / 2), (ulong)(count - (count / 2)));
    }

    private static HistogramDataPoint Durations(int status) => new()
    {
        ExplicitBounds = { 0.02, 0.1, 1 }, BucketCounts = { 0, 0, 0, 0 },
        Attributes = { new KeyValue { Key = "http.response.status_code", Value = new AnyValue { IntValue = status } }, Text("http.request.method", "GET") },
    };

    private static KeyValue Text(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    /// <summary>A body that knows when its last byte was given to the socket.</summary>
    private sealed class TimedContent : HttpContent
    {
        private readonly byte[] _body;

        public TimedContent(byte[] body)
        {
            _body = body;
            Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        }

        public long LeftAt { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(_body);
            await stream.FlushAsync();
            LeftAt = Stopwatch.GetTimestamp();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _body.Length;
            return true;
        }
    }
}
