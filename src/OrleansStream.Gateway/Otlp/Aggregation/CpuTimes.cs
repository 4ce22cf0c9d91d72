using Google.Protobuf.Collections;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Otlp.Protocol;

namespace OrleansStream.Gateway.Otlp.Aggregation;

/// <summary>
/// Counters of processor time of one instance: the modes that are work add up to one counter, of the metric that is closest to the process, divided by the processors when it is said
/// how many there are. Where that is not said, a process on several processors uses more than 1.
/// </summary>
internal sealed class CpuTimes
{
    private readonly Dictionary<(string Metric, long Time, bool IsDelta), CounterPoint> _points = [];

    /// <summary>How many processors the process may use.</summary>
    public double Cpus { get; set; } = 1;

    public void Add(CounterPoint point, RepeatedField<KeyValue> attributes, ulong instance)
    {
        string? mode = attributes.Text("cpu.mode") ?? attributes.Text("process.cpu.state") ?? attributes.Text("state") ?? attributes.Text("type");
        if (mode is "idle" or "wait" or "iowait") return;
        var place = (point.Name, point.Time, point.IsDelta);
        _points[place] = _points.TryGetValue(place, out var known)
            ? known with { Value = known.Value + point.Value, Start = Math.Max(known.Start, point.Start) }
            : point with { Name = WellKnownMetrics.CpuTime, Series = AttributeReading.Hash(point.Name + "/" + WellKnownMetrics.CpuTime) ^ instance };
    }

    public IEnumerable<CounterPoint> Points()
    {
        if (_points.Count == 0) return [];
        string best = _points.Keys.Select(k => k.Metric).MinBy(MetricMeaning.CpuTimeRank)!;
        return _points.Where(p => p.Key.Metric == best).OrderBy(p => p.Key.Time).Select(p => p.Value with { Value = p.Value.Value / Cpus });
    }
}
