using OrleansStream.Domain.Observability.Anomalies;
using OrleansStream.Domain.Observability.Rules;

namespace OrleansStream.Domain.Observability.Services;

/// <summary>Feeds an anomaly rule's detector with one point per window, once the window is over, and tells whether the newest points are anomalous.</summary>
internal static class AnomalyWatch
{
    /// <summary>Exporters and collectors gather for seconds: a window is taken as complete so long after its end.</summary>
    private const long GraceSeconds = 10;

    /// <summary>A silence of more windows than this is a gap, and no series of zeros.</summary>
    private const long MaxGap = 60;

    public static (ServiceState State, Condition Condition) Look(ServiceState state, CompiledRule rule, long now)
    {
        long window = rule.WindowSeconds, complete = (now / 1000) - GraceSeconds;
        int at = 0;
        while (at < state.Trackers.Length && state.Trackers[at].RuleId != rule.Rule.Id) at++;
        var tracker = at < state.Trackers.Length ? state.Trackers[at] : null;
        if (tracker is null || complete - tracker.NextSecond > MaxGap * window)
        {
            // The first window that is seen from its beginning.
            long first = ((now / 1000 / window) + 1) * window;
            tracker = new AnomalyTracker(rule.Rule.Id, first, tracker?.Detector ?? default, 0, 0, 0);
            state = state with { Trackers = at < state.Trackers.Length ? state.Trackers.SetItem(at, tracker) : state.Trackers.Add(tracker) };
        }
        if (tracker.NextSecond + window <= complete)
        {
            tracker = Feed(state, rule, tracker, complete, now);
            state = state with { Trackers = state.Trackers.SetItem(at, tracker) };
        }
        return (state, new Condition(now < tracker.AnomalousUntil, tracker.Value, tracker.Expected));
    }

    private static AnomalyTracker Feed(ServiceState state, CompiledRule rule, AnomalyTracker tracker, long complete, long now)
    {
        long window = rule.WindowSeconds;
        var signal = rule.Signal!.Value;
        var detector = tracker.Detector.IsEmpty ? new AnomalyDetector() : AnomalyDetector.Unpack(tracker.Detector.Span);
        for (; tracker.NextSecond + window <= complete; tracker = tracker with { NextSecond = tracker.NextSecond + window })
        {
            long end = tracker.NextSecond + window - 1;
            if (signal.IsRatio && SignalWindow.Count(state, signal, end, window).Total < (rule.Rule.MinTotal ?? 1)) continue;
            if (SignalWindow.Value(state, signal, end, window) is not { } value) continue;
            var judgement = detector.Observe(tracker.NextSecond, value);
            bool counts = judgement.IsAnomaly && (rule.Rule.Direction ?? "both") switch { "up" => value > judgement.Expected, "down" => value < judgement.Expected, _ => true };
            tracker = tracker with
            {
                Value = value,
                Expected = judgement.Expected,
                AnomalousUntil = counts ? now + (window * 1000) : tracker.AnomalousUntil,
            };
        }
        return tracker with { Detector = detector.Pack() };
    }
}
