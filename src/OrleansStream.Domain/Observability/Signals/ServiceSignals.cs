using System.Text.Json.Serialization;

namespace OrleansStream.Domain.Observability.Signals;

/// <summary>
/// What one export, or one moment, said about one service, counted beforehand where it came in: one record of the topic <c>service-signals</c>. Parts that are null
/// are not there. All times are Unix milliseconds unless a member says seconds.
/// </summary>
public sealed record ServiceSignals
{
    /// <summary>A record of the log holds so much; who has more makes several.</summary>
    public const int MaxBytes = 60 << 10;

    /// <summary><c>service.name</c>: the key.</summary>
    public required string Service { get; init; }

    /// <summary>Newest time of anything in it, by the sender's clock.</summary>
    public long Time { get; init; }

    /// <summary>When it came in, by the clock of whoever took it: against it a sender's clock is judged. 0 when unknown: then the sender's is taken as right.</summary>
    public long Received { get; init; }

    /// <summary>Whose clock it is: <c>service.instance.id</c>, else <c>host.name</c>, else empty.</summary>
    public string? Instance { get; init; }

    /// <summary>Requests by second, each second at most once per source.</summary>
    public RequestSecond[]? Requests { get; init; }

    /// <summary>Log records by second, each second at most once.</summary>
    public LogSecond[]? Logs { get; init; }

    /// <summary>A sample of the log lines: errors first, then the first ones, bounded.</summary>
    public LogLine[]? Lines { get; init; }

    /// <summary>Lines that are counted in <see cref="Logs"/> and not in <see cref="Lines"/>.</summary>
    public long DroppedLines { get; init; }

    /// <summary>Bodies after masking (<see cref="Templates.LogMask"/>), with how many lines each stands for.</summary>
    public MaskedBody[]? Masked { get; init; }

    /// <summary>Gauges, one per series and second.</summary>
    public GaugePoint[]? Gauges { get; init; }

    /// <summary>Monotonic sums, as they came: what they add needs the point before, which the service's state has.</summary>
    public CounterPoint[]? Counters { get; init; }

    /// <summary>Histograms, explicit and exponential, as they came.</summary>
    public HistogramPoint[]? Histograms { get; init; }

    /// <summary>Series of metrics left out because the service has too many.</summary>
    public long DroppedSeries { get; init; }
}

/// <summary>Where requests were counted. A service that tells them in two ways is counted in one, the first of these that it used in the last five minutes.</summary>
public enum RequestSource
{
    /// <summary>Spans of kind server or consumer.</summary>
    Spans = 0,

    /// <summary>HTTP server metrics.</summary>
    Metrics = 1,

    /// <summary>Lines of an access log.</summary>
    AccessLog = 2,
}

/// <summary>The requests of one second.</summary>
public sealed record RequestSecond
{
    /// <summary>Unix seconds, when they ended.</summary>
    public long At { get; init; }

    public RequestSource Source { get; init; }

    /// <summary>All of them, failed ones too.</summary>
    public long Count { get; init; }

    /// <summary>Failed ones: span status error, HTTP 5xx.</summary>
    public long Errors { get; init; }

    /// <summary>Latencies, as pairs of bucket and count (<see cref="Sketches.LatencySketch"/>); null when they are not known.</summary>
    public int[]? Latency { get; init; }

    /// <summary>Sum of the latencies, milliseconds.</summary>
    public double LatencySumMs { get; init; }

    /// <summary>The longest, milliseconds.</summary>
    public double LatencyMaxMs { get; init; }

    /// <summary>Of HTTP: how many answers were 1xx, 2xx, 3xx, 4xx, 5xx.</summary>
    public long[]? Status { get; init; }
}

/// <summary>The log records of one second.</summary>
public sealed record LogSecond
{
    /// <summary>Unix seconds.</summary>
    public long At { get; init; }

    /// <summary>How many of each <see cref="LogSeverity"/>, in its order; what is missing at the end is 0.</summary>
    public long[] Counts { get; init; } = [];
}

/// <summary>The six ranges of OpenTelemetry's severity numbers; 0 (unspecified) counts as info.</summary>
public enum LogSeverity
{
    Trace = 0,
    Debug = 1,
    Info = 2,
    Warn = 3,
    Error = 4,
    Fatal = 5,
}

/// <summary>One log record.</summary>
public sealed record LogLine
{
    public const int MaxBodyBytes = 1024;
    public const int MaxAttributes = 16;

    public long Time { get; init; }
    public LogSeverity Severity { get; init; }

    /// <summary>Cut after <see cref="MaxBodyBytes"/>.</summary>
    public string Body { get; init; } = "";

    /// <summary>Hex; null without a trace.</summary>
    public string? TraceId { get; init; }
    public string? SpanId { get; init; }

    /// <summary>At most <see cref="MaxAttributes"/>, names and values cut after 128 characters.</summary>
    public Dictionary<string, string>? Attributes { get; init; }
}

/// <param name="Text">The body with what varies masked.</param>
/// <param name="Count">Lines.</param>
public sealed record MaskedBody(string Text, long Count)
{
    /// <summary>The severest of these lines.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public LogSeverity Severity { get; init; } = LogSeverity.Info;
}
