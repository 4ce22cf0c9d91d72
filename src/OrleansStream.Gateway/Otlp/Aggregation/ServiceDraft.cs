using System.Runtime.InteropServices;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Domain.Observability.Templates;

namespace OrleansStream.Gateway.Otlp.Aggregation;

/// <summary>What one export says of one instance of a service, counted while it is read.</summary>
internal sealed class ServiceDraft(string service, string instance, long received, OtlpOptions options, int keptLines)
{
    /// <summary>Texts of lines beyond these count as one that says nothing.</summary>
    private const int MaxMasked = 512;

    private readonly Dictionary<(long At, RequestSource Source), RequestCount> _requests = [];
    private readonly Dictionary<long, long[]> _logs = [];
    private readonly Dictionary<string, (long Count, LogSeverity Severity)> _masked = [];
    private readonly List<LogLine> _lines = [];
    private int _errorLines;

    public string Service { get; } = service;

    public string Instance { get; } = instance;

    public ulong InstanceHash { get; } = AttributeReading.Hash(instance);

    public long Received { get; } = received;

    /// <summary>Newest time of anything.</summary>
    public long Time { get; private set; }

    public MetricsDraft Metrics { get; } = new(options.MaxSeries);

    public long DroppedLines { get; private set; }

    public long DroppedSeries => Metrics.Dropped;

    public IEnumerable<RequestSecond> Requests => _requests.OrderBy(r => r.Key.At).ThenBy(r => r.Key.Source).Select(r => r.Value.ToSecond(r.Key.At, r.Key.Source));

    public IEnumerable<LogSecond> Logs => _logs.OrderBy(l => l.Key).Select(l => new LogSecond { At = l.Key, Counts = l.Value });

    public IReadOnlyList<LogLine> Lines => _lines;

    public IEnumerable<MaskedBody> Masked => _masked.Select(m => new MaskedBody(m.Key, m.Value.Count) { Severity = m.Value.Severity });

    public void Seen(long time) => Time = Math.Max(Time, time);

    /// <summary>A request that ended.</summary>
    /// <param name="time">When, Unix milliseconds.</param>
    /// <param name="source">Who says so.</param>
    /// <param name="failed">It failed.</param>
    /// <param name="latencyMs">How long it took; NaN when that is not known.</param>
    /// <param name="status">Of HTTP; 0 for none.</param>
    public void Request(long time, RequestSource source, bool failed, double latencyMs, int status)
    {
        Seen(time);
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_requests, (time / 1000, source), out _);
        (count ??= new RequestCount()).Add(failed, latencyMs, status);
    }

    /// <summary>A log record: counted, and kept when it is one of the first or an error.</summary>
    public void Log(long time, LogSeverity severity, string body, Func<LogLine> line)
    {
        Seen(time);
        ref long[]? counts = ref CollectionsMarshal.GetValueRefOrAddDefault(_logs, time / 1000, out _);
        (counts ??= new long[6])[(int)severity]++;
        if (body.Length > 0) Mask(LogMask.Of(body), severity);
        if (_lines.Count - _errorLines < keptLines)
        {
            _lines.Add(line());
        }
        else if (severity >= LogSeverity.Error && _errorLines < options.KeptErrorLines)
        {
            _errorLines++;
            _lines.Add(line());
        }
        else
        {
            DroppedLines++;
        }
    }

    private void Mask(string text, LogSeverity severity)
    {
        if (_masked.Count >= MaxMasked && !_masked.ContainsKey(text)) text = LogMask.Wildcard;
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_masked, text, out bool known);
        entry = (entry.Count + 1, known && entry.Severity > severity ? entry.Severity : severity);
    }
}
