using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Domain.Observability.Sketches;
using OrleansStream.Domain.Observability.Templates;
using OrleansStream.Grains.Services;

namespace OrleansStream.Gateway.Demo;

/// <summary>
/// Services of a shop that tell of themselves in turn, each of all the seconds since it told last: requests and their latencies, log lines, CPU and memory. They do well;
/// one of them is a little worse than the others.
/// </summary>
internal sealed class OpsScenario : IDemoScenario
{
    /// <summary>A service that was silent for longer tells of so many seconds only.</summary>
    private const int MostSeconds = 20;

    private static readonly DemoService[] Services =
    [
        new("demo-checkout", 14, 48, 0.004, 0.34, 310), new("demo-payments", 9, 95, 0.012, 0.22, 280), new("demo-catalog", 32, 12, 0.001, 0.41, 520),
        new("demo-search", 21, 31, 0.003, 0.58, 760), new("demo-shipping", 4, 140, 0.006, 0.11, 190), new("demo-mailer", 2, 22, 0.02, 0.05, 120),
    ];

    private static readonly string[] Calm = ["order {0} was paid in {1} ms", "cache of shelf {0} was refreshed", "session {0} began", "GET /items/{0} answered 200 in {1} ms"];
    private static readonly string[] Bad = ["payment of order {0} failed: time-out after {1} ms", "connection to db-{1} was refused"];

    private readonly Random _random = new(29);
    private readonly long[] _told = new long[Services.Length];
    private int _turn;

    public string Name => "ops";

    public string Topic => ServiceTopics.Signals;

    /// <summary>Each service tells of itself every two seconds: exporters go by the clock.</summary>
    public double? OwnRate => Services.Length / 2.0;

    public IReadOnlyList<ReadOnlyMemory<byte>> Next(int count, double perSecond, DateTimeOffset now)
    {
        var events = new ReadOnlyMemory<byte>[count];
        for (int i = 0; i < count; i++) events[i] = ServiceSignalsJson.Write(Next(_turn++ % Services.Length, now.ToUnixTimeMilliseconds()));
        return events;
    }

    private ServiceSignals Next(int index, long now)
    {
        var service = Services[index];
        long second = now / 1000, from = Math.Max(_told[index] + 1, second - MostSeconds);
        _told[index] = second;
        var requests = new List<RequestSecond>();
        var logs = new List<LogSecond>();
        var lines = new List<LogLine>();
        for (long at = from; at <= second; at++)
        {
            int many = (int)(service.RequestsPerSecond * (0.7 + (0.6 * _random.NextDouble())));
            int failed = Enumerable.Range(0, many).Count(_ => _random.NextDouble() < service.ErrorRatio);
            requests.Add(Requests(service, at, many, failed));
            logs.Add(new LogSecond { At = at, Counts = [0, 0, many + 1, many / 9, failed] });
            if (failed > 0) lines.Add(Line(Bad, LogSeverity.Error, at));
            else if (at == second) lines.Add(Line(Calm, LogSeverity.Info, at));
        }
        return new ServiceSignals
        {
            Service = service.Name, Time = now, Received = now, Instance = $"{service.Name}-1", Requests = [.. requests], Logs = [.. logs], Lines = [.. lines],
            Masked = [.. lines.Select(l => new MaskedBody(LogMask.Of(l.Body), 1) { Severity = l.Severity })],
            Gauges = [Gauge(WellKnownMetrics.Cpu, service.Cpu * (0.85 + (0.3 * _random.NextDouble())), now), Gauge(WellKnownMetrics.Memory, service.MemoryMb * (1 << 20) * (0.97 + (0.06 * _random.NextDouble())), now)],
        };
    }

    private RequestSecond Requests(DemoService service, long at, int many, int failed)
    {
        var (sketch, sum, longest) = (LatencySketch.Empty, 0.0, 0.0);
        for (int i = 0; i < many; i++)
        {
            // A long tail, as latencies have: the exponential of a sum of fair numbers.
            double ms = service.LatencyMs * Math.Exp(1.2 * (_random.NextDouble() + _random.NextDouble() - 1));
            (sketch, sum, longest) = (sketch.Add(ms), sum + ms, Math.Max(longest, ms));
        }
        return new RequestSecond
        {
            At = at, Source = RequestSource.Spans, Count = many, Errors = failed, Latency = sketch.IsEmpty ? null : [.. sketch.Pairs], LatencySumMs = sum, LatencyMaxMs = longest,
            Status = [0, many - failed, 0, 0, failed],
        };
    }

    private LogLine Line(string[] texts, LogSeverity severity, long at) => new()
    {
        Time = at * 1000, Severity = severity,
        Body = string.Format(System.Globalization.CultureInfo.InvariantCulture, texts[_random.Next(texts.Length)], 1000 + _random.Next(9000), 2 + _random.Next(90)),
    };

    private static GaugePoint Gauge(string name, double value, long now) => new() { Name = name, Time = now, Last = value, Sum = value, Min = value, Max = value };
}

/// <param name="Name">Its <c>service.name</c>.</param>
/// <param name="RequestsPerSecond">Usually.</param>
/// <param name="LatencyMs">Of a middling request.</param>
/// <param name="ErrorRatio">Requests that fail, of all.</param>
/// <param name="Cpu">0 to 1.</param>
/// <param name="MemoryMb">MiB.</param>
internal sealed record DemoService(string Name, double RequestsPerSecond, double LatencyMs, double ErrorRatio, double Cpu, double MemoryMb);
