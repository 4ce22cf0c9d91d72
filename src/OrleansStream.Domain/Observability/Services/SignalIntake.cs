using OrleansStream.Domain.Observability.Metrics;
using OrleansStream.Domain.Observability.Series;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Domain.Observability.Sketches;

namespace OrleansStream.Domain.Observability.Services;

/// <summary>
/// Turns an export into seconds: requests of the source that counts, log records, and what counters and histograms of requests grew by, spread evenly over the time since
/// their former points. Hosts' clocks are put right by the correction.
/// </summary>
internal sealed class SignalIntake(ServiceState state, ServiceSignals signals, long correctionMs, long heardBefore)
{
    /// <summary>Growth over a longer time is not spread further back than this; the minutes before are closed anyway.</summary>
    private const long MaxSpreadSeconds = 180;

    private readonly SortedDictionary<long, SecondInput> _seconds = [];
    private readonly long[] _sourceTimes = [.. state.SourceTimes];
    private ServiceTotals _totals = state.Totals;

    /// <summary>By second, ascending, corrected.</summary>
    public SortedDictionary<long, SecondInput> Seconds => _seconds;

    public long[] SourceTimes => _sourceTimes;

    public ServiceTotals Totals => _totals;

    public SeriesTable Series { get; private set; } = state.Series;

    /// <summary>Increases of counters and values of histograms that are no requests, by name.</summary>
    public List<NamedValue> Named { get; } = [];

    public bool HasRequests { get; private set; }

    public bool HasLogs { get; private set; }

    public void Take()
    {
        long newest = Math.Max(state.Watermark, signals.Time + correctionMs);
        foreach (var second in signals.Requests ?? [])
            if (second is not null) Note(second.Source, (second.At * 1000) + correctionMs);
        foreach (var histogram in signals.Histograms ?? [])
            if (histogram is { IsRequests: true }) Note(RequestSource.Metrics, histogram.Time + correctionMs);
        foreach (var counter in signals.Counters ?? [])
            if (counter is { Name: WellKnownMetrics.Requests or WellKnownMetrics.Errors }) Note(RequestSource.Metrics, counter.Time + correctionMs);
        var source = (state with { SourceTimes = [.. _sourceTimes], Watermark = newest }).Source;
        foreach (var second in signals.Requests ?? [])
            if (second is not null && second.Source == source) TakeRequests(second);
        foreach (var second in signals.Logs ?? [])
            if (second?.Counts is not null) TakeLogs(second);
        foreach (var counter in signals.Counters ?? [])
            if (counter?.Name is not null) TakeCounter(counter, source);
        foreach (var histogram in signals.Histograms ?? [])
            if (histogram is { Name: not null, Buckets: not null }) TakeHistogram(histogram, source);
        foreach (var gauge in signals.Gauges ?? [])
            if (gauge?.Name is not null) TakeGauge(gauge);
        _totals = _totals with
        {
            Exports = _totals.Exports + 1,
            Skewed = _totals.Skewed + (correctionMs != 0 ? 1 : 0),
            DroppedLines = _totals.DroppedLines + Math.Max(0, signals.DroppedLines),
            DroppedSeries = _totals.DroppedSeries + Math.Max(0, signals.DroppedSeries),
        };
    }

    public void CountDropped() => _totals = _totals with { DroppedSeries = _totals.DroppedSeries + 1 };

    private void Note(RequestSource source, long time)
    {
        int at = (int)source;
        if (at < _sourceTimes.Length) _sourceTimes[at] = Math.Max(_sourceTimes[at], time);
    }

    private void TakeRequests(RequestSecond second)
    {
        long count = Math.Max(0, second.Count), errors = Math.Clamp(second.Errors, 0, count);
        if (count == 0) return;
        var input = At(second.At + WholeSeconds(correctionMs));
        input.Cell = input.Cell.Plus(new SecondCell(0, count, errors, 0, 0, Us(second.LatencySumMs), Us(second.LatencyMaxMs)));
        if (second.Latency is { Length: > 1 } latency) input.Latency = input.Latency.Merge(LatencySketch.Of(latency));
        if (second.Status is { } status) input.Status = Sum(input.Status, status, ServiceMinute.StatusCount);
        CountRequests(count, errors);
    }

    private void TakeLogs(LogSecond second)
    {
        long all = 0, errors = 0;
        for (int i = 0; i < Math.Min(second.Counts.Length, ServiceMinute.SeverityCount); i++)
        {
            long count = Math.Max(0, second.Counts[i]);
            all += count;
            if (i >= (int)LogSeverity.Error) errors += count;
        }
        if (all == 0) return;
        var input = At(second.At + WholeSeconds(correctionMs));
        input.Cell = input.Cell.Plus(new SecondCell(0, 0, 0, all, errors, 0, 0));
        input.Severities = Sum(input.Severities, second.Counts, ServiceMinute.SeverityCount);
        HasLogs = true;
        _totals = _totals with { Logs = _totals.Logs + all, LogErrors = _totals.LogErrors + errors };
    }

    private void TakeGauge(GaugePoint gauge)
    {
        if (!double.IsFinite(gauge.Last))
        {
            _totals = _totals with { Invalid = _totals.Invalid + 1 };
            return;
        }
        bool isMany = gauge.Count > 1 && double.IsFinite(gauge.Sum) && double.IsFinite(gauge.Max);
        Named.Add(new NamedValue(
            gauge.Name, false, gauge.Time + correctionMs, isMany ? gauge.Sum : gauge.Last, isMany ? gauge.Count : 1, isMany ? gauge.Max : gauge.Last, gauge.Last));
    }

    private void TakeCounter(CounterPoint counter, RequestSource source)
    {
        var former = Series.Find(counter.Series);
        long watched = counter.IsDelta || former is not null ? 0 : WatchedSince(counter.Name, counter.Start, false);
        var growth = CounterReading.Read(former, counter.Start, counter.Time, counter.Value, 0, counter.IsDelta, watched);
        if (!Keep(growth, former, new FormerPoint(counter.Series, counter.Start, counter.Time, counter.Value, 0, []))) return;
        if (growth.News != PointNews.Adds || growth.Value <= 0 && counter.IsDelta) return;
        if (counter.Name is WellKnownMetrics.Requests or WellKnownMetrics.Errors)
        {
            if (source != RequestSource.Metrics) return;
            long count = (long)Math.Round(growth.Value);
            bool isErrors = counter.Name == WellKnownMetrics.Errors;
            Spread(growth.Since, counter.Time, isErrors ? 0 : count, isErrors ? count : 0, 0);
            return;
        }
        double seconds = Math.Max(1, (counter.Time - growth.Since) / 1000.0);
        if (counter.Name == WellKnownMetrics.CpuTime)
        {
            Named.Add(new NamedValue(WellKnownMetrics.Cpu, false, counter.Time + correctionMs, growth.Value / seconds, 1, growth.Value / seconds, growth.Value / seconds));
            return;
        }
        Named.Add(new NamedValue(counter.Name, true, counter.Time + correctionMs, growth.Value, 1, growth.Value / seconds, growth.Value / seconds));
    }

    private void TakeHistogram(HistogramPoint point, RequestSource source)
    {
        var former = Series.Find(point.Series);
        long watched = point.IsDelta || former is not null ? 0 : WatchedSince(point.Name, point.Start, point.IsRequests);
        var growth = CounterReading.Read(former, point.Start, point.Time, Math.Max(0, point.Sum), point.Count, point.IsDelta, watched);
        var (buckets, scale, offset) = point.IsRequests && !point.IsDelta ? HistogramBuckets.Kept(point) : ([], 0, 0);
        if (!Keep(growth, former, new FormerPoint(point.Series, point.Start, point.Time, Math.Max(0, point.Sum), point.Count, buckets) { Scale = scale, Offset = offset })) return;
        if (growth.News != PointNews.Adds || growth.Count <= 0) return;
        if (!point.IsRequests)
        {
            Named.Add(new NamedValue(point.Name, false, point.Time + correctionMs, growth.Value, growth.Count, growth.Value / growth.Count, growth.Value / growth.Count));
            return;
        }
        if (source != RequestSource.Metrics) return;
        Spread(growth.Since, point.Time, growth.Count, point.IsError ? growth.Count : 0, Us(growth.Value * point.UnitMs));
        bool isWhole = point.IsDelta || growth.IsReset || former is null;
        var input = At((point.Time + correctionMs) / 1000);
        input.Latency = input.Latency.Merge(HistogramBuckets.ToSketch(point, HistogramBuckets.Growth(former, point, isWhole), isWhole ? point.ZeroCount : 0));
    }

    /// <summary>
    /// A cumulative series that is new while its instance and its name are known began after the instance was heard last, or the export of then would have had it: its first
    /// point counts. So does that of a process which started since.
    /// </summary>
    private long WatchedSince(string name, long start, bool isRequests)
    {
        if (heardBefore <= 0) return 0;
        long heard = heardBefore - correctionMs;
        if (start >= heard) return start;
        bool isKnown = isRequests ? state.SourceTimes[(int)RequestSource.Metrics] > 0 : state.Names.Any(n => n.Name == name) || (name is WellKnownMetrics.Errors && state.SourceTimes[(int)RequestSource.Metrics] > 0);
        return isKnown && Series.Points.Length < SeriesTable.Max ? heard : 0;
    }

    /// <summary>Notes the point as the newest of its series; false when it says nothing new, or there is no room.</summary>
    private bool Keep(PointGrowth growth, FormerPoint? former, FormerPoint point)
    {
        switch (growth.News)
        {
            case PointNews.Invalid:
                _totals = _totals with { Invalid = _totals.Invalid + 1 };
                return false;
            case PointNews.Duplicate:
                _totals = _totals with { Duplicates = _totals.Duplicates + 1 };
                return false;
            case PointNews.OutOfOrder:
                _totals = _totals with { OutOfOrder = _totals.OutOfOrder + 1 };
                return false;
        }
        if (growth.IsReset) _totals = _totals with { Resets = _totals.Resets + 1 };
        // A delta that comes late adds what it says, and the newest stays the newest.
        if (former is not null && point.Time < former.Time) return true;
        if (Series.With(point) is not { } series)
        {
            CountDropped();
            return false;
        }
        Series = series;
        return true;
    }

    /// <summary>Whole numbers over the seconds after one time up to another: each second gets its share to within one, and all of them together everything.</summary>
    private void Spread(long since, long time, long requests, long errors, long latencyUs)
    {
        if (requests == 0 && errors == 0) return;
        long last = (time + correctionMs) / 1000, length = Math.Max(1, last - ((since + correctionMs) / 1000));
        long from = Math.Max(0, length - MaxSpreadSeconds);
        for (long i = from; i < length; i++)
        {
            long Share(long n) => (long)(((Int128)n * (i + 1) / length) - ((Int128)n * i / length));
            var cell = new SecondCell(0, Share(requests), Share(errors), 0, 0, Share(latencyUs), 0);
            if (cell.Requests == 0 && cell.Errors == 0) continue;
            var input = At(last - length + 1 + i);
            input.Cell = input.Cell.Plus(cell);
        }
        CountRequests(requests, errors);
    }

    private void CountRequests(long count, long errors)
    {
        HasRequests = true;
        _totals = _totals with { Requests = _totals.Requests + count, RequestErrors = _totals.RequestErrors + errors };
    }

    private SecondInput At(long second)
    {
        if (!_seconds.TryGetValue(second, out var input)) _seconds.Add(second, input = new SecondInput());
        return input;
    }

    private static long[] Sum(long[]? left, long[] right, int length)
    {
        var sum = left ?? new long[length];
        for (int i = 0; i < Math.Min(length, right.Length); i++) sum[i] += Math.Max(0, right[i]);
        return sum;
    }

    private static long Us(double ms) => double.IsFinite(ms) && ms > 0 ? (long)Math.Min(ms * 1000, 1e15) : 0;

    /// <summary>Whole seconds of a correction, to the nearest: seconds stay seconds.</summary>
    private static long WholeSeconds(long ms) => (long)Math.Round(ms / 1000.0);
}

/// <summary>A value of a metric by its name: of a gauge, of a counter's growth, of a histogram's mean.</summary>
/// <param name="Name">Of the metric.</param>
/// <param name="IsCounter">Whether it grew by this.</param>
/// <param name="Time">Corrected, ms.</param>
/// <param name="Sum">Of its values.</param>
/// <param name="Count">How many they are.</param>
/// <param name="Max">The largest.</param>
/// <param name="Last">What is shown as the newest value.</param>
internal readonly record struct NamedValue(string Name, bool IsCounter, long Time, double Sum, long Count, double Max, double Last);
