using OrleansStream.Domain.Observability.Signals;

namespace OrleansStream.Gateway.Otlp.Aggregation;

/// <summary>
/// Cuts what is known of a service into records that fit the log. Parts add up, so it does not matter in which record one is. Sizes are estimated from above: a character that JSON may
/// escape counts as six bytes.
/// </summary>
internal sealed class SignalPieces
{
    private const int Budget = ServiceSignals.MaxBytes - 1024;

    private readonly ServiceDraft _draft;
    private readonly List<ServiceSignals> _pieces = [];
    private List<RequestSecond>? _requests;
    private List<LogSecond>? _logs;
    private List<LogLine>? _lines;
    private List<MaskedBody>? _masked;
    private List<GaugePoint>? _gauges;
    private List<CounterPoint>? _counters;
    private List<HistogramPoint>? _histograms;
    private int _bytes;

    private SignalPieces(ServiceDraft draft) => _draft = draft;

    public static List<ServiceSignals> Cut(ServiceDraft draft)
    {
        var cut = new SignalPieces(draft);
        foreach (var each in draft.Requests) cut.Part(ref cut._requests, 160 + (12 * (each.Latency?.Length ?? 0))).Add(each);
        foreach (var each in draft.Logs) cut.Part(ref cut._logs, 96).Add(each);
        foreach (var each in draft.Metrics.Gauges()) cut.Part(ref cut._gauges, 180 + JsonLength(each.Name)).Add(each);
        foreach (var each in draft.Metrics.Counters) cut.Part(ref cut._counters, 150 + JsonLength(each.Name)).Add(each);
        foreach (var each in draft.Metrics.Histograms) cut.Part(ref cut._histograms, 320 + JsonLength(each.Name) + (20 * each.Buckets.Length) + (24 * (each.Bounds?.Length ?? 0))).Add(each);
        foreach (var each in draft.Masked) cut.Part(ref cut._masked, 48 + JsonLength(each.Text)).Add(each);
        foreach (var each in draft.Lines) cut.Part(ref cut._lines, LengthOf(each)).Add(each);
        cut.Close();
        return cut._pieces;
    }

    /// <summary>Where something of so many bytes goes: the part of the piece at work, or of a new one.</summary>
    private List<T> Part<T>(ref List<T>? part, int bytes)
    {
        if (_bytes > 0 && _bytes + bytes > Budget) Close();
        _bytes += bytes;
        return part ??= [];
    }

    private void Close()
    {
        bool first = _pieces.Count == 0;
        // One that says nothing else says that the service is there.
        bool says = _bytes > 0 || (first && (_draft.Time > 0 || _draft.DroppedSeries > 0));
        if (!says) return;
        _pieces.Add(new ServiceSignals
        {
            Service = _draft.Service,
            Time = _draft.Time > 0 ? _draft.Time : _draft.Received,
            Received = _draft.Received,
            Instance = _draft.Instance.Length > 0 ? _draft.Instance : null,
            Requests = _requests?.ToArray(),
            Logs = _logs?.ToArray(),
            Lines = _lines?.ToArray(),
            Masked = _masked?.ToArray(),
            Gauges = _gauges?.ToArray(),
            Counters = _counters?.ToArray(),
            Histograms = _histograms?.ToArray(),
            DroppedLines = first ? _draft.DroppedLines : 0,
            DroppedSeries = first ? _draft.DroppedSeries : 0,
        });
        (_requests, _logs, _lines, _masked, _gauges, _counters, _histograms, _bytes) = (null, null, null, null, null, null, null, 0);
    }

    private static int LengthOf(LogLine line)
    {
        int length = 180 + JsonLength(line.Body);
        foreach (var (key, value) in line.Attributes ?? []) length += 6 + JsonLength(key) + JsonLength(value);
        return length;
    }

    private static int JsonLength(string text)
    {
        int length = 0;
        foreach (char c in text) length += c is >= ' ' and <= '~' and not ('"' or '&' or '\'' or '+' or '<' or '>' or '\\' or '`') ? 1 : 6;
        return length;
    }
}
