using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Domain.Observability.Sketches;

namespace OrleansStream.Gateway.Otlp.Aggregation;

/// <summary>The requests of one second while they are counted.</summary>
internal sealed class RequestCount
{
    private long _count;
    private long _errors;
    private double _sumMs;
    private double _maxMs;
    private long[]? _status;
    private SortedDictionary<int, int>? _latency;

    public void Add(bool failed, double latencyMs, int status)
    {
        _count++;
        if (failed) _errors++;
        if (status > 0) (_status ??= new long[5])[(status / 100) - 1]++;
        if (double.IsNaN(latencyMs)) return;
        _sumMs += latencyMs;
        _maxMs = Math.Max(_maxMs, latencyMs);
        int bucket = LatencySketch.BucketOf(latencyMs);
        _latency ??= [];
        _latency[bucket] = _latency.GetValueOrDefault(bucket) + 1;
    }

    public RequestSecond ToSecond(long at, RequestSource source) => new()
    {
        At = at, Source = source, Count = _count, Errors = _errors, LatencySumMs = _sumMs, LatencyMaxMs = _maxMs, Status = _status,
        Latency = _latency is null ? null : [.. _latency.SelectMany(l => new[] { l.Key, l.Value })],
    };
}
