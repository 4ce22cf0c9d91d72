using System.Collections.Concurrent;
using OrleansStream.Cli.Benchmarks;

namespace OrleansStream.Cluster.Tests.Cluster.Soak;

/// <summary>Latencies by when a request was due: of each ten seconds, and of each minute.</summary>
internal sealed class LatencyWindows
{
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    /// <summary>Fewer say nothing of a p99.</summary>
    private const int LeastSamples = 100;

    private readonly ConcurrentDictionary<int, LatencySamples> _windows = new(), _minutes = new();

    /// <param name="due">Since the start.</param>
    /// <param name="latency">From then to the answer.</param>
    public void Add(TimeSpan due, TimeSpan latency)
    {
        _windows.GetOrAdd((int)(due / Length), _ => new()).Add(latency);
        _minutes.GetOrAdd((int)due.TotalMinutes, _ => new()).Add(latency);
    }

    /// <summary>Milliseconds and count of a minute, from 0; null when nothing was due in it.</summary>
    public (Percentiles Ms, long Count)? Minute(int minute) => _minutes.TryGetValue(minute, out var samples) ? (samples.Percentiles()!, samples.Count) : null;

    /// <summary>The p99 of every window that lies whole between two times and touches none of the disturbances, milliseconds.</summary>
    public List<double> QuietP99(TimeSpan from, TimeSpan to, IReadOnlyList<(TimeSpan From, TimeSpan To)> disturbances)
    {
        return [.. _windows.Where(w => w.Value.Count >= LeastSamples && IsQuiet(w.Key * Length, (w.Key + 1) * Length)).OrderBy(w => w.Key).Select(w => w.Value.Percentiles()!.P99)];

        bool IsQuiet(TimeSpan start, TimeSpan end) => start >= from && end <= to && disturbances.All(d => end <= d.From || start >= d.To);
    }
}
