using Google.Protobuf;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Otlp.Protocol;

namespace OrleansStream.Gateway.Otlp.Aggregation;

/// <summary>What one export says, gathered by service and instance.</summary>
/// <param name="options">Bounds.</param>
/// <param name="now">Unix milliseconds: the time of what says none.</param>
/// <param name="latest">Unix milliseconds: no time may be later.</param>
internal sealed class ExportDraft(OtlpOptions options, long now, long latest)
{
    /// <summary>What the specification of resources calls a service that has no name.</summary>
    private const string Unknown = "unknown_service";
    private const int LongestService = 256;
    private const long NanosPerMs = 1_000_000;

    private readonly Dictionary<(string Service, string Instance), ServiceDraft> _services = [];

    public OtlpOptions Options { get; } = options;

    public Rejections Rejections { get; } = new();

    /// <summary>Log records, spans or points that counted.</summary>
    public long Taken { get; set; }

    public long DroppedSeries => _services.Values.Sum(s => s.DroppedSeries);

    public long DroppedLines => _services.Values.Sum(s => s.DroppedLines);

    /// <summary>The draft of a resource's service; null when it can have none, and all its records are rejected for the reason.</summary>
    public ServiceDraft? Service(Resource? resource, int resources, out string reason)
    {
        string name = resource?.Attributes.Find("service.name") is { ValueCase: AnyValue.ValueOneofCase.StringValue, StringValue: { } said } && !string.IsNullOrWhiteSpace(said) ? said : Unknown;
        reason = "";
        if (name.Length > LongestService || name.AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0)
        {
            reason = $"service.name has more than {LongestService} characters, or control characters.";
            return null;
        }
        string instance = Instance(resource);
        if (_services.TryGetValue((name, instance), out var draft)) return draft;
        if (_services.Count >= Options.MaxServices)
        {
            reason = $"An export may speak of {Options.MaxServices:N0} services.";
            return null;
        }
        return _services[(name, instance)] = new ServiceDraft(name, instance, now, Options, Math.Max(1, Options.KeptLines / Math.Max(1, resources)));
    }

    /// <summary>Unix milliseconds of a time that must be there; rejects what has none or one in the future.</summary>
    /// <param name="nanos">Unix nanoseconds.</param>
    /// <param name="name">The member, for the reason.</param>
    /// <param name="ms">The time.</param>
    public bool TryTime(ulong nanos, string name, out long ms)
    {
        ms = (long)(nanos / NanosPerMs);
        if (nanos != 0 && ms <= latest) return true;
        Rejections.Add(nanos == 0 ? $"{name} is missing." : $"time-in-future: {name} is too far ahead of the server's clock.");
        return false;
    }

    /// <summary>False, and counted, for a record that is larger than one may be.</summary>
    public bool IsOfSize(IMessage record)
    {
        if (record.CalculateSize() <= Options.MaxRecordBytes) return true;
        Rejections.Add($"record-too-large: at most {Options.MaxRecordBytes:N0} bytes are taken.");
        return false;
    }

    /// <summary>Unix milliseconds of the moment the export came in.</summary>
    public long Now => now;

    /// <summary>All of it as records for the log.</summary>
    public IEnumerable<ServiceSignals> Cut() => _services.Values.SelectMany(SignalPieces.Cut);

    /// <summary>Whose clock and whose counters: two processes of one service that cannot be told apart would look like one that starts anew all the time.</summary>
    private static string Instance(Resource? resource)
    {
        if (resource is null) return "";
        if (resource.Attributes.Text("service.instance.id") is { Length: > 0 } id) return id.Cut(128);
        string host = resource.Attributes.Text("host.name") ?? resource.Attributes.Text("k8s.pod.uid") ?? resource.Attributes.Text("container.id") ?? "";
        return host.Cut(128);
    }
}
