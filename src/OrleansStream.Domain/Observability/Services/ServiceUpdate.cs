using System.Collections.Immutable;
using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Domain.Observability.Series;
using OrleansStream.Domain.Observability.Signals;

namespace OrleansStream.Domain.Observability.Services;

/// <summary>
/// One export on its way into a service: hosts' clocks, then second by second what happened in it, what minutes that closes, and what the rules say to it. Within one
/// export seconds are taken in their order; whatever comes within <see cref="ServiceState.LatenessMs"/> of the newest time counts where it belongs.
/// </summary>
internal sealed class ServiceUpdate(ServiceState state, ServiceSignals signals, AlertEvaluator rules)
{
    private readonly string _service = signals.Service;
    private readonly ImmutableArray<AlertChange>.Builder _changes = ImmutableArray.CreateBuilder<AlertChange>();
    private readonly ImmutableArray<ClosedMinute>.Builder _closed = ImmutableArray.CreateBuilder<ClosedMinute>();
    private ServiceState _state = state;

    public ServiceOutcome Run()
    {
        long newest = Newest(), received = signals.Received > 0 ? signals.Received : newest;
        var (clocks, correction, heardBefore) = _state.Clocks.Observe(signals.Instance ?? "", newest, received);
        newest += correction;
        var intake = new SignalIntake(_state, signals with { Time = newest - correction }, correction, heardBefore);
        intake.Take();
        long clock = Math.Max(_state.Clock, received);
        _state = _state with
        {
            Clocks = clocks,
            Clock = clock,
            Totals = intake.Totals,
            Series = intake.Series,
            SourceTimes = [.. intake.SourceTimes],
            RequestsReceived = intake.HasRequests ? clock : _state.RequestsReceived,
            LogsReceived = intake.HasLogs ? clock : _state.LogsReceived,
        };
        foreach (var value in intake.Named) Take(value, clock);
        long evaluated = -1;
        foreach (var (second, input) in intake.Seconds)
        {
            Advance(Math.Min((second * 1000) + 999, newest));
            if (!Take(second, input)) continue;
            Evaluate(second, clock);
            evaluated = second;
        }
        Advance(newest);
        if (evaluated != newest / 1000) Evaluate(newest / 1000, clock);
        var (next, due) = ServiceRules.Plan(_state, _service, rules, clock);
        return new ServiceOutcome(next, _changes.DrainToImmutable(), _closed.DrainToImmutable(), due);
    }

    /// <summary>The newest time anywhere in it, by the sender's clock.</summary>
    private long Newest()
    {
        long newest = signals.Time;
        foreach (var second in signals.Requests ?? []) newest = Math.Max(newest, (second?.At ?? 0) * 1000);
        foreach (var second in signals.Logs ?? []) newest = Math.Max(newest, (second?.At ?? 0) * 1000);
        foreach (var point in signals.Gauges ?? []) newest = Math.Max(newest, point?.Time ?? 0);
        foreach (var point in signals.Counters ?? []) newest = Math.Max(newest, point?.Time ?? 0);
        foreach (var point in signals.Histograms ?? []) newest = Math.Max(newest, point?.Time ?? 0);
        return newest;
    }

    private void Evaluate(long endSecond, long clock) =>
        _state = rules.Evaluate(_service, _state, endSecond, Math.Max(_state.Watermark, endSecond * 1000), clock, _changes);

    /// <summary>Time goes on, and minutes to which nothing more comes close.</summary>
    private void Advance(long time)
    {
        if (time <= _state.Watermark) return;
        var (minutes, requests, logs) = (_state.Minutes, _state.Requests, _state.Logs);
        for (int i = 0; i < minutes.Length; i++)
        {
            var minute = minutes[i];
            if (minute.IsClosed || !IsOver(minute.Minute, time)) continue;
            var total = minute.Total;
            if (total.Requests > 0 || total.Errors > 0) requests = requests.Add(minute.Minute, new RateCount(total.Requests, total.Errors));
            if (total.Logs > 0) logs = logs.Add(minute.Minute, new RateCount(total.Logs, total.LogErrors));
            _closed.Add(ClosedMinute.Of(_service, minute, _state.Names));
            minutes = minutes.SetItem(i, minute.Close());
        }
        long oldest = (time / 60_000) - ServiceState.KeptMinutes + 1;
        if (!minutes.IsEmpty && minutes[0].Minute < oldest) minutes = minutes.RemoveAll(m => m.IsClosed && m.Minute < oldest);
        _state = _state with { Watermark = time, Minutes = minutes, Requests = requests, Logs = logs };
    }

    /// <summary>False when its minute is closed.</summary>
    private bool Take(long second, SecondInput input)
    {
        long at = second / 60;
        var cell = input.Cell with { Second = (int)(second % 60) };
        if (second < 0 || IsOver(at, _state.Watermark))
        {
            _state = _state with { Totals = _state.Totals with { Late = _state.Totals.Late + cell.Requests + cell.Logs } };
            return false;
        }
        var minute = Minute(at);
        if (!cell.IsEmpty) minute = minute.Add(cell);
        Put(minute with
        {
            Latency = minute.Latency.Merge(input.Latency),
            Severities = ServiceMinute.Plus(minute.Severities, input.Severities, ServiceMinute.SeverityCount),
            Status = ServiceMinute.Plus(minute.Status, input.Status, ServiceMinute.StatusCount),
        });
        return true;
    }

    private void Take(NamedValue value, long clock)
    {
        int at = NameOf(value, clock);
        if (at < 0)
        {
            _state = _state with { Totals = _state.Totals with { DroppedSeries = _state.Totals.DroppedSeries + 1 } };
            return;
        }
        long minute = value.Time / 60_000;
        if (IsOver(minute, _state.Watermark)) return;
        Put(Minute(minute).Add(new NamedSum(at, value.Sum, value.Count, value.Max)));
    }

    private int NameOf(NamedValue value, long clock)
    {
        string name = value.Name.Length <= MetricName.MaxLength ? value.Name : value.Name[..MetricName.MaxLength];
        var names = _state.Names;
        int at = 0, stale = -1;
        for (; at < names.Length && (names[at].IsCounter != value.IsCounter || names[at].Name != name); at++)
            if (names[at].Time < value.Time - 3_600_000) stale = at;
        var next = new MetricName(name, value.IsCounter, value.Last, value.Time, clock);
        if (at < names.Length)
        {
            _state = _state with { Names = names.SetItem(at, value.Time >= names[at].Time ? next : names[at] with { Received = clock }) };
            return at;
        }
        if (names.Length < MetricName.Max)
        {
            _state = _state with { Names = names.Add(next) };
            return at;
        }
        // Nothing of the name that goes is in a minute that is kept: those are newer.
        if (stale >= 0) _state = _state with { Names = names.SetItem(stale, next) };
        return stale;
    }

    private ServiceMinute Minute(long at)
    {
        foreach (var minute in _state.Minutes)
            if (minute.Minute == at) return minute;
        return new ServiceMinute(at);
    }

    private void Put(ServiceMinute minute)
    {
        var minutes = _state.Minutes;
        int at = 0;
        while (at < minutes.Length && minutes[at].Minute < minute.Minute) at++;
        _state = _state with { Minutes = at < minutes.Length && minutes[at].Minute == minute.Minute ? minutes.SetItem(at, minute) : minutes.Insert(at, minute) };
    }

    private static bool IsOver(long minute, long time) => ((minute + 1) * 60_000) + ServiceState.LatenessMs <= time;
}
