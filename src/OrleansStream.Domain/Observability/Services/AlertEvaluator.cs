using System.Collections.Immutable;
using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Domain.Observability.Rules;

namespace OrleansStream.Domain.Observability.Services;

/// <summary>
/// A set of rules at work: what holds and what does not turns into alerts that are pending, firing, resolved. Pure; time is what the events say, and where there are none
/// what a timer says.
/// </summary>
public sealed class AlertEvaluator(AlertRuleSet set)
{
    private const long RestateAfterMs = 60_000;
    private const double RestateFactor = 1.5;

    public AlertRuleSet Set => set;

    public ImmutableArray<CompiledRule> Rules { get; } = [.. set.Rules.Select(r => new CompiledRule(r))];

    /// <summary>The built-in rules.</summary>
    public static AlertEvaluator Default { get; } = new(AlertRuleSet.Default);

    /// <param name="service">Whose.</param>
    /// <param name="state">With all that counts.</param>
    /// <param name="endSecond">Windows end with it.</param>
    /// <param name="now">Event time, ms.</param>
    /// <param name="clock">The clock's time that goes with it, ms.</param>
    /// <param name="changes">What changed is added.</param>
    public ServiceState Evaluate(string service, ServiceState state, long endSecond, long now, long clock, ImmutableArray<AlertChange>.Builder changes)
    {
        foreach (var rule in Rules)
        {
            if (!rule.Matches(service)) continue;
            int at = IndexOf(state.Alerts, rule.Rule.Id);
            var alert = at >= 0 ? state.Alerts[at] : null;
            Condition condition;
            if (rule.Rule.Type == "anomaly") (state, condition) = AnomalyWatch.Look(state, rule, now);
            else condition = RuleConditions.Of(state, rule, endSecond, clock, alert is not null);
            var next = Step(service, rule, alert, condition, now, changes);
            if (ReferenceEquals(next, alert)) continue;
            state = state with
            {
                Alerts = next is null ? state.Alerts.RemoveAt(at) : at >= 0 ? state.Alerts.SetItem(at, next) : state.Alerts.Add(next),
            };
        }
        return state.Alerts.IsEmpty && state.Trackers.IsEmpty ? state : WithoutFormerRules(service, state, now, changes);
    }

    /// <summary>When the state is to be looked at though nothing came, by the clock, ms; 0 for never.</summary>
    public long NextCheck(string service, ServiceState state, long clock)
    {
        long next = long.MaxValue;
        // Event time goes on as the clock does while nothing comes.
        long Due(long eventTime) => state.Clock + (eventTime - state.Watermark);
        foreach (var rule in Rules)
        {
            if (!rule.Matches(service)) continue;
            int at = IndexOf(state.Alerts, rule.Rule.Id);
            if (at >= 0)
            {
                var alert = state.Alerts[at];
                next = Math.Min(next, rule.Rule.Type == "absence" && alert.Status == AlertStatus.Firing
                    ? clock + 300_000
                    : Math.Max(clock + 1000, Due(alert.Status == AlertStatus.Pending ? alert.Since + rule.ForMs : alert.LastTrue + Math.Max(rule.KeepFiringForMs, 10_000))));
            }
            else if (rule.Rule.Type == "absence" && SignalWindow.HeardAt(state, rule.Signal) is > 0 and var heard)
            {
                next = Math.Min(next, Math.Max(clock + 1000, heard + rule.AfterMs));
            }
        }
        return next == long.MaxValue ? 0 : next;
    }

    private static ActiveAlert? Step(string service, CompiledRule rule, ActiveAlert? alert, Condition condition, long now, ImmutableArray<AlertChange>.Builder changes)
    {
        // Another severity is another alert: whoever is to be woken by it must hear of it.
        if (alert is not null && condition is { Holds: true, Severity: "critical" } && rule.LabelsFor(service, "critical")["severity"] != alert.Labels["severity"])
        {
            changes.Add(Change(service, rule, alert with { Status = AlertStatus.Resolved }, condition.Value, now));
            alert = null;
        }
        if (alert is null)
        {
            if (!condition.Holds) return null;
            bool fires = rule.ForMs == 0;
            var begun = new ActiveAlert
            {
                RuleId = rule.Rule.Id, Status = fires ? AlertStatus.Firing : AlertStatus.Pending, Since = now, FiringSince = fires ? now : 0, LastTrue = now,
                ToldValue = condition.Value, ToldAt = now, Threshold = condition.Threshold, Labels = rule.LabelsFor(service, condition.Severity),
            };
            changes.Add(Change(service, rule, begun, condition.Value, now));
            return begun;
        }
        if (condition.Holds)
        {
            bool fires = alert.Status == AlertStatus.Pending && now - alert.Since >= rule.ForMs;
            var held = alert with { LastTrue = Math.Max(alert.LastTrue, now), Threshold = condition.Threshold };
            if (fires) held = held with { Status = AlertStatus.Firing, FiringSince = now };
            if (!fires && (rule.Rule.Type == "absence" || !IsNews(alert, condition.Value, now))) return held;
            held = held with { ToldValue = condition.Value, ToldAt = now };
            changes.Add(Change(service, rule, held, condition.Value, now));
            return held;
        }
        if (alert.Status == AlertStatus.Firing && now - alert.LastTrue < rule.KeepFiringForMs) return alert;
        changes.Add(Change(service, rule, alert with { Status = AlertStatus.Resolved }, condition.Value, now));
        return null;
    }

    private static bool IsNews(ActiveAlert alert, double value, long now) =>
        alert.Status == AlertStatus.Firing && now - alert.ToldAt >= RestateAfterMs
        && (Math.Abs(value) > RestateFactor * Math.Abs(alert.ToldValue) || Math.Abs(value) * RestateFactor < Math.Abs(alert.ToldValue));

    /// <summary>Alerts of rules that are no more, or that do not watch this service any longer, are resolved; what was learnt for them is forgotten.</summary>
    private ServiceState WithoutFormerRules(string service, ServiceState state, long now, ImmutableArray<AlertChange>.Builder changes)
    {
        bool IsLive(string id) => Rules.Any(r => r.Rule.Id == id && r.Matches(service));
        foreach (var alert in state.Alerts)
        {
            if (IsLive(alert.RuleId)) continue;
            changes.Add(Change(service, null, alert with { Status = AlertStatus.Resolved }, alert.ToldValue, now));
        }
        return state with { Alerts = state.Alerts.RemoveAll(a => !IsLive(a.RuleId)), Trackers = state.Trackers.RemoveAll(t => !IsLive(t.RuleId)) };
    }

    private static AlertChange Change(string service, CompiledRule? rule, ActiveAlert alert, double value, long now)
    {
        var annotations = AlertFingerprint.NoLabels;
        foreach (var (name, text) in rule?.Rule.Annotations ?? annotations)
            annotations = annotations.SetItem(name, AnnotationText.Fill(text, value, alert.Threshold, alert.Labels));
        return new AlertChange
        {
            Fingerprint = AlertFingerprint.Of(alert.Labels),
            RuleId = alert.RuleId,
            Service = service,
            Status = alert.Status,
            Labels = alert.Labels,
            Annotations = annotations,
            StartsAt = DateTimeOffset.FromUnixTimeMilliseconds(alert.FiringSince > 0 ? alert.FiringSince : alert.Since),
            EndsAt = alert.Status == AlertStatus.Resolved ? DateTimeOffset.FromUnixTimeMilliseconds(now) : null,
            UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(now),
            Value = value,
            Threshold = alert.Threshold,
        };
    }

    private static int IndexOf(ImmutableArray<ActiveAlert> alerts, string ruleId)
    {
        for (int i = 0; i < alerts.Length; i++)
            if (alerts[i].RuleId == ruleId) return i;
        return -1;
    }
}
