using System.Collections.Immutable;
using OrleansStream.Domain.Observability.Alerts;
using OrleansStream.Domain.Observability.Signals;

namespace OrleansStream.Domain.Observability.Services;

/// <summary>What events and time do to a service. Pure and deterministic.</summary>
public static class ServiceRules
{
    /// <summary>The only timer of a service.</summary>
    public const string CheckTimer = "check";

    /// <summary>Takes signals in and looks at the rules, second by second.</summary>
    public static ServiceOutcome Apply(ServiceState state, ServiceSignals signals, AlertEvaluator rules) => new ServiceUpdate(state, signals, rules).Run();

    /// <summary>
    /// Nothing came until the timer was due. Event time went on as the clock did since the last event: alerts begin, fire and end by it, while minutes stay open for whatever
    /// is only late.
    /// </summary>
    public static ServiceOutcome Check(ServiceState state, string service, DateTimeOffset dueAt, AlertEvaluator rules)
    {
        long clock = Math.Max(state.Clock, dueAt.ToUnixTimeMilliseconds()), now = state.Watermark + (clock - state.Clock);
        var changes = ImmutableArray.CreateBuilder<AlertChange>();
        state = rules.Evaluate(service, state with { CheckAt = 0 }, now / 1000, now, clock, changes);
        var (next, due) = Plan(state, service, rules, clock);
        return new ServiceOutcome(next, changes.DrainToImmutable(), [], due);
    }

    /// <summary>
    /// Sets the timer when there is none before the next check. One that is due too early stays: moving it with each event would cost a write each, and when it comes due it
    /// is set anew.
    /// </summary>
    internal static (ServiceState State, DateTimeOffset? Due) Plan(ServiceState state, string service, AlertEvaluator rules, long clock)
    {
        long wanted = rules.NextCheck(service, state, clock);
        if (wanted == 0 || (state.CheckAt > clock && state.CheckAt <= wanted)) return (state, null);
        return (state with { CheckAt = wanted }, DateTimeOffset.FromUnixTimeMilliseconds(wanted));
    }
}
