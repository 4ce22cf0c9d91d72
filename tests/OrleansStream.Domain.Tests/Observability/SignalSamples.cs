using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Domain.Observability.Rules;
using OrleansStream.Domain.Observability.Series;
using OrleansStream.Domain.Observability.Services;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Domain.Observability.Sketches;

namespace OrleansStream.Domain.Tests.Observability;

/// <summary>Exports and services for tests. Times are seconds after <see cref="Start"/>, a full hour.</summary>
internal static class SignalSamples
{
    public const long Start = 1_764_252_000;
    public const string Service = "checkout";

    public static readonly AlertEvaluator NoRules = new(new AlertRuleSet());

    /// <summary>Requests of one second, as they come in right after it.</summary>
    public static ServiceSignals Requests(long second, long count, long errors = 0, double latencyMs = 10, string? instance = null, RequestSource source = RequestSource.Spans) => Export(second, instance) with
    {
        Requests =
        [
            new RequestSecond
            {
                At = Start + second, Count = count, Errors = errors, Source = source, LatencySumMs = count * latencyMs, LatencyMaxMs = latencyMs,
                Latency = [LatencySketch.BucketOf(latencyMs), (int)count], Status = [0, count - errors, 0, 0, errors],
            },
        ],
    };

    public static ServiceSignals Logs(long second, long info, long errors = 0) => Export(second) with { Logs = [new LogSecond { At = Start + second, Counts = [0, 0, info, 0, errors, 0] }] };

    public static ServiceSignals Gauge(long second, string name, double value) =>
        Export(second) with { Gauges = [new GaugePoint { Name = name, Series = 1, Time = Ms(second), Last = value, Sum = value, Count = 1, Min = value, Max = value }] };

    public static ServiceSignals Export(long second, string? instance = null) => new() { Service = Service, Instance = instance, Time = Ms(second) + 900, Received = Ms(second) + 950 };

    public static long Ms(long second) => (Start + second) * 1000;

    /// <summary>What came of a run of exports.</summary>
    public static Run Apply(this IEnumerable<ServiceSignals> exports, AlertEvaluator? rules = null, ServiceState? state = null)
    {
        var run = new Run(state ?? ServiceState.Empty, [], [], null);
        foreach (var export in exports) run = run.Then(ServiceRules.Apply(run.State, export, rules ?? NoRules));
        return run;
    }

    /// <summary>All seconds of all minutes, open or closed, absolute.</summary>
    public static SortedDictionary<long, SecondCell> Seconds(this Run run)
    {
        var seconds = new SortedDictionary<long, SecondCell>();
        foreach (var minute in run.Minutes)
            foreach (var cell in minute.Cells) seconds.Add(minute.At + cell.Second - Start, cell);
        foreach (var minute in run.State.Minutes.Where(m => !m.IsClosed))
            foreach (var cell in minute.Cells) seconds.Add((minute.Minute * 60) + cell.Second - Start, cell);
        return seconds;
    }

    public static AlertEvaluator Rules(params AlertRule[] rules) => new(new AlertRuleSet { Rules = [.. rules] });
}

internal sealed record Run(ServiceState State, IReadOnlyList<AlertChange> Changes, IReadOnlyList<ClosedMinute> Minutes, DateTimeOffset? CheckAt)
{
    public Run Then(ServiceOutcome outcome) => new(outcome.State, [.. Changes, .. outcome.Changes], [.. Minutes, .. outcome.Minutes], outcome.CheckAt ?? CheckAt);

    /// <summary>The timer comes due, as often as the service asks for it, until a time.</summary>
    public Run PassTime(AlertEvaluator rules, long untilSecond)
    {
        var run = this;
        while (run.State.CheckAt > 0 && run.State.CheckAt <= SignalSamples.Ms(untilSecond))
            run = run.Then(ServiceRules.Check(run.State, SignalSamples.Service, DateTimeOffset.FromUnixTimeMilliseconds(run.State.CheckAt), rules));
        return run;
    }

    public IEnumerable<string> Statuses => Changes.Select(c => $"{c.RuleId}:{c.Status}");
}
