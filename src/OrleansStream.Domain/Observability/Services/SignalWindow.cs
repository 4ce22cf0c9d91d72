using OrleansStream.Domain.Observability.Rules;
using OrleansStream.Domain.Observability.Series;
using OrleansStream.Domain.Observability.Sketches;

namespace OrleansStream.Domain.Observability.Services;

/// <summary>
/// What a service's signals were in a window that ends with a second. Requests and log records are exact to the second within the open minutes, and to the bucket of
/// <see cref="RateLadder"/> before; latencies, gauges and other counters are kept by minute: of them the minutes count that the window touches, six at most.
/// </summary>
public static class SignalWindow
{
    public static RateCount Requests(ServiceState state, long endSecond, long seconds)
    {
        var count = state.Requests.Window(endSecond, seconds);
        foreach (var minute in state.Minutes)
            if (Overlaps(minute, endSecond, seconds))
                foreach (var cell in minute.Cells)
                    if (IsWithin(minute, cell, endSecond, seconds)) count += new RateCount(cell.Requests, cell.Errors);
        return count;
    }

    public static RateCount Logs(ServiceState state, long endSecond, long seconds)
    {
        var count = state.Logs.Window(endSecond, seconds);
        foreach (var minute in state.Minutes)
            if (Overlaps(minute, endSecond, seconds))
                foreach (var cell in minute.Cells)
                    if (IsWithin(minute, cell, endSecond, seconds)) count += new RateCount(cell.Logs, cell.LogErrors);
        return count;
    }

    /// <summary>Of a share, what it is a share of.</summary>
    public static RateCount Count(ServiceState state, AlertSignal signal, long endSecond, long seconds) =>
        signal.Kind is SignalKind.Logs or SignalKind.LogErrors or SignalKind.LogErrorRatio ? Logs(state, endSecond, seconds) : Requests(state, endSecond, seconds);

    public static LatencySketch Latency(ServiceState state, long endSecond, long seconds)
    {
        var sketch = LatencySketch.Empty;
        foreach (var minute in state.Minutes)
            if (Overlaps(minute, endSecond, seconds)) sketch = sketch.Merge(minute.Latency);
        return sketch;
    }

    /// <summary>The signal's value; null when nothing was said.</summary>
    public static double? Value(ServiceState state, AlertSignal signal, long endSecond, long seconds) => signal.Kind switch
    {
        SignalKind.Requests => Requests(state, endSecond, seconds).Total / (double)seconds,
        SignalKind.RequestErrors => Requests(state, endSecond, seconds).Bad / (double)seconds,
        SignalKind.Logs => Logs(state, endSecond, seconds).Total / (double)seconds,
        SignalKind.LogErrors => Logs(state, endSecond, seconds).Bad / (double)seconds,
        SignalKind.RequestErrorRatio or SignalKind.LogErrorRatio => Count(state, signal, endSecond, seconds) is { Total: > 0 } count ? count.Ratio : null,
        SignalKind.Latency => Latency(state, endSecond, seconds).Quantile(signal.Quantile),
        SignalKind.Cpu => Named(state, Signals.WellKnownMetrics.Cpu, false, endSecond, seconds),
        SignalKind.Memory => Named(state, Signals.WellKnownMetrics.Memory, false, endSecond, seconds),
        SignalKind.Gauge => Named(state, signal.Name, false, endSecond, seconds),
        _ => Named(state, signal.Name, true, endSecond, seconds),
    };

    /// <summary>When the signal was heard last, by the clock, ms; 0 for never. Any signal: when the service was.</summary>
    public static long HeardAt(ServiceState state, AlertSignal? signal) => signal?.Kind switch
    {
        null => state.Clock,
        SignalKind.Requests or SignalKind.RequestErrors or SignalKind.RequestErrorRatio or SignalKind.Latency => state.RequestsReceived,
        SignalKind.Logs or SignalKind.LogErrors or SignalKind.LogErrorRatio => state.LogsReceived,
        SignalKind.Cpu => Find(state, Signals.WellKnownMetrics.Cpu, false)?.Received ?? 0,
        SignalKind.Memory => Find(state, Signals.WellKnownMetrics.Memory, false)?.Received ?? 0,
        SignalKind.Gauge => Find(state, signal.Value.Name, false)?.Received ?? 0,
        _ => Find(state, signal.Value.Name, true)?.Received ?? 0,
    };

    private static MetricName? Find(ServiceState state, string name, bool isCounter)
    {
        foreach (var each in state.Names)
            if (each.IsCounter == isCounter && each.Name == name) return each;
        return null;
    }

    private static double? Named(ServiceState state, string name, bool isCounter, long endSecond, long seconds)
    {
        int index = 0;
        while (index < state.Names.Length && (state.Names[index].IsCounter != isCounter || state.Names[index].Name != name)) index++;
        if (index == state.Names.Length) return null;
        double sum = 0, from = double.MaxValue;
        long count = 0;
        foreach (var minute in state.Minutes)
        {
            if (!Overlaps(minute, endSecond, seconds) || minute.Find(index) is not { } found) continue;
            (sum, count, from) = (sum + found.Sum, count + found.Count, Math.Min(from, minute.Minute * 60));
        }
        if (count == 0) return null;
        return isCounter ? sum / Math.Max(1, endSecond + 1 - from) : sum / count;
    }

    private static bool Overlaps(ServiceMinute minute, long endSecond, long seconds) =>
        minute.Minute * 60 <= endSecond && (minute.Minute * 60) + 59 > endSecond - seconds;

    private static bool IsWithin(ServiceMinute minute, in SecondCell cell, long endSecond, long seconds)
    {
        long second = (minute.Minute * 60) + cell.Second;
        return second <= endSecond && second > endSecond - seconds;
    }
}
