using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Domain.Observability.Series;
using OrleansStream.Domain.Observability.Signals;

namespace OrleansStream.Grains.Services;

/// <summary>A service in the list: six buckets of ten seconds, totals, its last CPU and memory, its firing alerts.</summary>
internal sealed class ServiceRow(string service)
{
    private const int Buckets = 6;
    private const int Counters = 4;
    private const long BucketMs = 10_000;
    private const int MaxAlerts = 64;

    /// <summary>A minute comes a minute after its end, with the next export: later than this it is not followed by another.</summary>
    private const long MinuteHoldsMs = 150_000;

    /// <summary>What is not told again is not known any more.</summary>
    private const long GaugeHoldsMs = 300_000;

    /// <summary>What a row is made of.</summary>
    public const SignalParts Parts = SignalParts.Requests | SignalParts.Logs | SignalParts.Gauges;

    /// <summary>Requests, failed ones, log records, errors among them, by bucket.</summary>
    private readonly long[] _counts = new long[Buckets * Counters];
    private readonly long[] _totals = new long[Counters];
    private readonly long[] _sourceSeen = new long[3];
    private readonly HashSet<string> _firing = new(StringComparer.Ordinal);
    private long _bucket;
    private ClosedMinute? _minute;
    private long _minuteSeen;
    private long _cpuSeen;
    private long _memorySeen;
    private double? _cpu;
    private double? _memory;

    public string Service => service;

    public long LastSeen { get; private set; }

    public int FiringAlerts => _firing.Count;

    /// <summary>It was silent since, and nothing is wrong with it: that it is silent may be what is.</summary>
    public bool IsGone(long since) => LastSeen < since && _firing.Count == 0;

    public void Take(ServiceSignals signals, long receivedMs)
    {
        Advance(receivedMs);
        foreach (var second in signals.Requests ?? []) _sourceSeen[Math.Clamp((int)second.Source, 0, 2)] = receivedMs;
        int source = Array.FindIndex(_sourceSeen, seen => seen > receivedMs - 300_000);
        foreach (var second in signals.Requests ?? [])
            if ((int)second.Source == source) Add(Math.Max(0, second.Count), Math.Clamp(second.Errors, 0, Math.Max(0, second.Count)), 0, 0);
        foreach (var second in signals.Logs ?? [])
            Add(0, 0, second.Counts.Sum(c => Math.Max(0, c)), second.Counts.Skip((int)LogSeverity.Error).Sum(c => Math.Max(0, c)));
        foreach (var gauge in signals.Gauges ?? [])
        {
            if (gauge.Name == WellKnownMetrics.Cpu) (_cpu, _cpuSeen) = (gauge.Last, receivedMs);
            else if (gauge.Name == WellKnownMetrics.Memory) (_memory, _memorySeen) = (gauge.Last, receivedMs);
        }
    }

    public void Take(ClosedMinute minute, long receivedMs)
    {
        LastSeen = Math.Max(LastSeen, receivedMs);
        if (_minute is not null && minute.At < _minute.At) return;
        // CPU time is a counter: only the service's state knows what it grew by.
        if (minute.Gauges?.TryGetValue(WellKnownMetrics.Cpu, out double cpu) == true && _cpuSeen < receivedMs - 60_000) (_cpu, _cpuSeen) = (cpu, receivedMs);
        _minute = minute with { Seconds = null, Latency = null, Severities = null, Status = null, Gauges = null, Counters = null };
        _minuteSeen = receivedMs;
    }

    public void Take(AlertChange change)
    {
        if (change.Status != AlertStatus.Firing) _firing.Remove(change.Fingerprint);
        else if (_firing.Count < MaxAlerts) _firing.Add(change.Fingerprint);
    }

    /// <param name="now">The clock, ms: what is older than a minute does not count.</param>
    public ServiceSummary ToSummary(long now)
    {
        Span<long> sums = stackalloc long[Counters];
        long oldest = Math.Max(Math.Max(0, now / BucketMs), _bucket) - Buckets + 1;
        for (long bucket = oldest; bucket <= _bucket; bucket++)
            for (int i = 0; i < Counters; i++) sums[i] += _counts[((int)(bucket % Buckets) * Counters) + i];
        // Requests that only metrics tell are in closed minutes, and nowhere else.
        if (sums[0] == 0 && _minute is { Requests: > 0 } minute && now - _minuteSeen < MinuteHoldsMs) (sums[0], sums[1]) = (minute.Requests, minute.Errors);
        double? cpu = now - _cpuSeen < GaugeHoldsMs ? _cpu : null, memory = now - _memorySeen < GaugeHoldsMs ? _memory : null;
        return new ServiceSummary(
            service, DateTimeOffset.FromUnixTimeMilliseconds(LastSeen), Rate(sums[0]), Rate(sums[1]), Ratio(sums[1], sums[0]), Rate(sums[2]), Rate(sums[3]), Ratio(sums[3], sums[2]),
            cpu, memory, _firing.Count, _totals[0], _totals[1], _totals[2], _totals[3]);
    }

    public SavedServiceRow Save() => new(service, LastSeen, _bucket, [.. _counts], [.. _totals], [.. _sourceSeen], [.. _firing], _minute, _cpu, _memory, _minuteSeen, _cpuSeen, _memorySeen);

    public static ServiceRow Of(SavedServiceRow saved)
    {
        var row = new ServiceRow(saved.Service) { LastSeen = saved.LastSeen, _bucket = saved.Bucket, _minute = saved.Minute, _cpu = saved.Cpu, _memory = saved.Memory, _minuteSeen = saved.MinuteSeen, _cpuSeen = saved.CpuSeen, _memorySeen = saved.MemorySeen };
        saved.Counts?.CopyTo(row._counts, 0);
        saved.Totals?.CopyTo(row._totals, 0);
        saved.SourceSeen?.CopyTo(row._sourceSeen, 0);
        row._firing.UnionWith(saved.Firing ?? []);
        return row;
    }

    private void Advance(long receivedMs)
    {
        LastSeen = Math.Max(LastSeen, receivedMs);
        long bucket = receivedMs / BucketMs;
        for (long next = Math.Max(_bucket + 1, bucket - Buckets + 1); next <= bucket; next++) Array.Clear(_counts, (int)(next % Buckets) * Counters, Counters);
        _bucket = Math.Max(_bucket, bucket);
    }

    private void Add(long requests, long errors, long logs, long logErrors)
    {
        int at = (int)(_bucket % Buckets) * Counters;
        ReadOnlySpan<long> values = [requests, errors, logs, logErrors];
        for (int i = 0; i < Counters; i++)
        {
            _counts[at + i] += values[i];
            _totals[i] += values[i];
        }
    }

    private static double Rate(long count) => Math.Round(count / (Buckets * BucketMs / 1000.0), 3);

    private static double Ratio(long part, long whole) => whole == 0 ? 0 : Math.Round(part / (double)whole, 6);
}

/// <summary>A row as it is stored.</summary>
internal sealed record SavedServiceRow(
    string Service, long LastSeen, long Bucket, long[]? Counts, long[]? Totals, long[]? SourceSeen, string[]? Firing, ClosedMinute? Minute, double? Cpu, double? Memory, long MinuteSeen, long CpuSeen, long MemorySeen);
