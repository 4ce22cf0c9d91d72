using Google.Protobuf.Collections;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Otlp.Protocol;

namespace OrleansStream.Gateway.Otlp.Aggregation;

/// <summary>
/// CPU or memory of one metric, put together from its points at its newest time: memory is the sum over pools, CPU the sum over modes that are work, divided by the CPUs the points name.
/// </summary>
internal sealed class ResourceUse(MetricMeaning meaning)
{
    private readonly HashSet<string> _cpus = [];
    private double _busy;
    private double _idle;
    private bool _hasBusy;
    private bool _hasIdle;

    public MetricMeaning Meaning { get; } = meaning;

    public long Time { get; private set; }

    /// <summary>Null when the points say nothing of what is used.</summary>
    public double? Value => _hasBusy ? _busy / Cpus : _hasIdle ? Math.Max(0, 1 - (_idle / Cpus)) : null;

    private int Cpus => Math.Max(1, _cpus.Count);

    public void Add(RepeatedField<KeyValue> attributes, long time, double value, string unit)
    {
        if (time < Time) return;
        if (time > Time)
        {
            (Time, _busy, _idle, _hasBusy, _hasIdle) = (time, 0, 0, false, false);
            _cpus.Clear();
        }
        if (Meaning.Kind == WellKnownMetrics.Memory) AddMemory(attributes, value);
        else AddCpu(attributes, unit == "%" ? value / 100 : value);
    }

    private void AddMemory(RepeatedField<KeyValue> attributes, double value)
    {
        // Of a host only what is used; of a Python process what is resident, not what it asked for.
        string? state = attributes.Text("system.memory.state") ?? attributes.Text("state");
        if (state is not (null or "used") || attributes.Text("type") is "vms") return;
        _busy += value;
        _hasBusy = true;
    }

    private void AddCpu(RepeatedField<KeyValue> attributes, double value)
    {
        if ((attributes.Text("cpu.logical_number") ?? attributes.Text("system.cpu.logical_number") ?? attributes.Text("cpu")) is { } cpu && _cpus.Count < 4096) _cpus.Add(cpu);
        string? mode = attributes.Text("cpu.mode") ?? attributes.Text("system.cpu.state") ?? attributes.Text("process.cpu.state") ?? attributes.Text("state") ?? attributes.Text("type");
        if (mode is "idle" or "wait" or "iowait")
        {
            if (mode == "idle") (_idle, _hasIdle) = (_idle + value, true);
            return;
        }
        _busy += value;
        _hasBusy = true;
    }
}
