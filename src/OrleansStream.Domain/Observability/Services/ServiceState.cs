using System.Collections.Immutable;
using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Domain.Observability.Metrics;
using OrleansStream.Domain.Observability.Series;
using OrleansStream.Domain.Observability.Signals;

namespace OrleansStream.Domain.Observability.Services;

/// <summary>
/// What a service is made of: the open minutes with their seconds, what windows of up to three days need, the newest points of its series, its instances' clocks, and
/// its alerts. Some hundred bytes to a few KiB, however busy it is; everything has a bound. Older minutes are in its history.
/// </summary>
[Immutable]
public sealed record ServiceState
{
    /// <summary>How far behind the newest time something may be and still count in its second: the minute it is in closes so long after its end.</summary>
    public const long LatenessMs = 60_000;

    /// <summary>Minutes kept, open or not: windows over gauges and latencies reach so far.</summary>
    public const int KeptMinutes = 6;

    public static ServiceState Empty { get; } = new();

    /// <summary>Newest event time that counts, ms: hosts' clocks put right.</summary>
    public long Watermark { get; init; }

    /// <summary>When something came in last, ms.</summary>
    public long Clock { get; init; }

    /// <summary>When requests and log records came in last, ms; 0 for never.</summary>
    public long RequestsReceived { get; init; }
    public long LogsReceived { get; init; }

    /// <summary>Newest request by <see cref="RequestSource"/>, event time, ms.</summary>
    public ImmutableArray<long> SourceTimes { get; init; } = [0, 0, 0];

    /// <summary>By ascending minute.</summary>
    public ImmutableArray<ServiceMinute> Minutes { get; init; } = [];

    /// <summary>Closed minutes' requests and log records, with the bad ones among them.</summary>
    public RateLadder Requests { get; init; } = RateLadder.Empty;
    public RateLadder Logs { get; init; } = RateLadder.Empty;
    public ImmutableArray<MetricName> Names { get; init; } = [];
    public SeriesTable Series { get; init; } = SeriesTable.Empty;
    public InstanceClocks Clocks { get; init; } = InstanceClocks.Empty;
    public ServiceTotals Totals { get; init; } = new();

    /// <summary>Alerts that are pending or firing, by rule.</summary>
    public ImmutableArray<ActiveAlert> Alerts { get; init; } = [];

    /// <summary>What anomaly rules have learnt, by rule.</summary>
    public ImmutableArray<AnomalyTracker> Trackers { get; init; } = [];

    /// <summary>When the service's timer is due, ms; 0 for none.</summary>
    public long CheckAt { get; init; }

    /// <summary>The source whose requests count: the first that was used within five minutes of the newest time.</summary>
    public RequestSource Source
    {
        get
        {
            for (int i = 0; i < SourceTimes.Length; i++)
                if (SourceTimes[i] > 0 && SourceTimes[i] >= Watermark - 300_000) return (RequestSource)i;
            return RequestSource.AccessLog;
        }
    }
}

/// <summary>What an anomaly rule has learnt of a service.</summary>
/// <param name="RuleId">Whose.</param>
/// <param name="NextSecond">The point that comes next begins there, Unix seconds.</param>
/// <param name="Detector">Packed.</param>
/// <param name="AnomalousUntil">The condition holds until then, ms of event time; 0 when it does not.</param>
/// <param name="Value">Of the newest point.</param>
/// <param name="Expected">What it was expected to be.</param>
public sealed record AnomalyTracker(string RuleId, long NextSecond, ReadOnlyMemory<byte> Detector, long AnomalousUntil, double Value, double Expected);
