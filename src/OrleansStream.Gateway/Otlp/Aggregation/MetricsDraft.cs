using OrleansStream.Domain.Observability.Signals;

namespace OrleansStream.Gateway.Otlp.Aggregation;

/// <summary>The series of a service that one export has points of. Bounded: points of further series are dropped and counted.</summary>
internal sealed class MetricsDraft(int maxSeries)
{
    private readonly Dictionary<(ulong Series, long Second), GaugePoint> _gauges = [];
    private readonly HashSet<ulong> _series = [];
    private readonly List<CounterPoint> _counters = [];
    private readonly List<HistogramPoint> _histograms = [];
    private readonly Dictionary<string, ResourceUse> _uses = [];

    public long Dropped { get; private set; }

    public CpuTimes CpuTimes { get; } = new();

    /// <summary>
    /// Monotonic sums; a counter of requests is taken for one only where no histogram counts them, and one of processor time tells of CPU only where no utilisation does.
    /// </summary>
    public IEnumerable<CounterPoint> Counters
    {
        get
        {
            bool counted = _histograms.Exists(h => h.IsRequests);
            foreach (var counter in _counters)
                if (!counted || counter.Name is not (WellKnownMetrics.Requests or WellKnownMetrics.Errors)) yield return counter;
            if (_uses.Values.Any(u => u.Meaning.Kind == WellKnownMetrics.Cpu && u.Value is not null)) yield break;
            foreach (var counter in CpuTimes.Points()) yield return counter;
        }
    }

    public IReadOnlyList<HistogramPoint> Histograms => _histograms;

    /// <summary>CPU and memory once, from the metric that is closest to the process; what else tells of them keeps its own name.</summary>
    public IEnumerable<GaugePoint> Gauges()
    {
        foreach (var kind in _uses.GroupBy(u => u.Value.Meaning.Kind))
        {
            string? best = null;
            foreach (var (name, use) in kind.OrderBy(u => u.Value.Meaning.Rank))
            {
                if (use.Value is not { } value) continue;
                best ??= name;
                string shown = best == name ? kind.Key : name;
                yield return new GaugePoint { Name = shown, Series = AttributeReading.Hash(shown), Time = use.Time, Last = value, Sum = value, Min = value, Max = value };
            }
        }
        foreach (var gauge in _gauges.Values) yield return gauge;
    }

    /// <summary>False, and counted, for a point of a new series when there are too many.</summary>
    public bool Admit(ulong series)
    {
        if (_series.Contains(series)) return true;
        if (_series.Count >= maxSeries)
        {
            Dropped++;
            return false;
        }
        return _series.Add(series);
    }

    public void Add(CounterPoint point) => _counters.Add(point);

    public void Add(HistogramPoint point) => _histograms.Add(point);

    /// <summary>Points of a gauge within a second are one.</summary>
    public void AddGauge(string name, ulong series, long time, double value)
    {
        var place = (series, time / 1000);
        if (!_gauges.TryGetValue(place, out var old))
        {
            _gauges[place] = new GaugePoint { Name = name, Series = series, Time = time, Last = value, Sum = value, Min = value, Max = value };
            return;
        }
        _gauges[place] = old with
        {
            Time = Math.Max(old.Time, time),
            Last = time >= old.Time ? value : old.Last,
            Sum = old.Sum + value,
            Count = old.Count + 1,
            Min = Math.Min(old.Min, value),
            Max = Math.Max(old.Max, value),
        };
    }

    /// <summary>Where a metric's use of a resource is put together from its points.</summary>
    public ResourceUse Use(string metric, MetricMeaning meaning) =>
        _uses.TryGetValue(metric, out var use) ? use : _uses[metric] = new ResourceUse(meaning);
}
