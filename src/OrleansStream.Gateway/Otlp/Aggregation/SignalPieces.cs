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

    /// <summary>Newest time of anything so far.</summary>
    private long _time;

    private SignalPieces(ServiceDraft draft) => _draft = draft;

    public static List<ServiceSignals> Cut(ServiceDraft draft)
    {
        var cut = new SignalPieces(draft);
        var timed = Timed(draft);
        // Time goes on from piece to piece: what is of one time must not come after later things have closed its minute.
        foreach (var part in timed.Sum(p => (long)p.Bytes) <= Budget ? timed : [.. timed.OrderBy(p => p.Time)])
        {
            cut.MakeRoom(part.Bytes);
            cut._time = Math.Max(cut._time, part.Time);
            cut.Add(part.Content);
        }
        foreach (var each in draft.Masked) cut.Part(ref cut._masked, 48 + JsonLength(each.Text)).Add(each);
        foreach (var each in draft.Lines) cut.Part(ref cut._lines, LengthOf(each)).Add(each);
        cut._time = draft.Time;
        cut.Close();
        return cut._pieces;
    }

    /// <summary>Everything that has a time, with an estimate of its bytes.</summary>
    private static List<TimedPart> Timed(ServiceDraft draft)
    {
        var parts = new List<TimedPart>();
        foreach (var each in draft.Requests) parts.Add(new(EndOf(each.At), 160 + (12 * (each.Latency?.Length ?? 0)), each));
        foreach (var each in draft.Logs) parts.Add(new(EndOf(each.At), 96, each));
        foreach (var each in draft.Metrics.Gauges()) parts.Add(new(each.Time, 180 + JsonLength(each.Name), each));
        foreach (var each in draft.Metrics.Counters) parts.Add(new(each.Time, 150 + JsonLength(each.Name), each));
        foreach (var each in draft.Metrics.Histograms) parts.Add(new(each.Time, 320 + JsonLength(each.Name) + (20 * each.Buckets.Length) + (24 * (each.Bounds?.Length ?? 0)), each));
        return parts;

        long EndOf(long second) => Math.Min((second * 1000) + 999, draft.Time);
    }

    private void Add(object content)
    {
        switch (content)
        {
            case RequestSecond each: (_requests ??= []).Add(each); break;
            case LogSecond each: (_logs ??= []).Add(each); break;
            case GaugePoint each: (_gauges ??= []).Add(each); break;
            case CounterPoint each: (_counters ??= []).Add(each); break;
            case HistogramPoint each: (_histograms ??= []).Add(each); break;
        }
    }

    /// <summary>Where something of so many bytes goes: the part of the piece at work, or of a new one.</summary>
    private List<T> Part<T>(ref List<T>? part, int bytes)
    {
        MakeRoom(bytes);
        return part ??= [];
    }

    private void MakeRoom(int bytes)
    {
        if (_bytes > 0 && _bytes + bytes > Budget) Close();
        _bytes += bytes;
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
            Time = _time > 0 ? _time : _draft.Received,
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

    private readonly record struct TimedPart(long Time, int Bytes, object Content);
}
