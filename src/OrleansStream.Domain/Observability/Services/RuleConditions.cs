using OrleansStream.Domain.Observability.Rules;
using OrleansStream.Domain.Observability.Series;

namespace OrleansStream.Domain.Observability.Services;

/// <summary>Whether a rule's condition holds.</summary>
/// <param name="Holds">Now.</param>
/// <param name="Value">What was seen.</param>
/// <param name="Threshold">What it was held against.</param>
/// <param name="Severity">What the rule's label is when it says none.</param>
public readonly record struct Condition(bool Holds, double Value, double Threshold, string Severity = "warning");

/// <summary>The conditions of threshold, ratio, burn-rate and absence, each of the state alone; that of anomaly is <see cref="AnomalyWatch"/>.</summary>
internal static class RuleConditions
{
    private const long DefaultMinTotal = 20;

    /// <summary>What is usual for a service: the hour before.</summary>
    private const long UsualSeconds = 3600;

    /// <param name="state">With all that counts.</param>
    /// <param name="rule">Which.</param>
    /// <param name="endSecond">Windows end with it.</param>
    /// <param name="clock">Now, by the clock of whoever took the event, ms.</param>
    /// <param name="isActive">It holds already: then no proof is asked for again.</param>
    public static Condition Of(ServiceState state, CompiledRule rule, long endSecond, long clock, bool isActive) => rule.Rule.Type switch
    {
        "threshold" => Threshold(state, rule, endSecond),
        "ratio" => Ratio(state, rule, endSecond, isActive),
        "burn-rate" => BurnRate(state, rule, endSecond),
        "absence" => Absence(state, rule, clock),
        _ => default,
    };

    private static Condition Threshold(ServiceState state, CompiledRule rule, long endSecond)
    {
        var signal = rule.Signal!.Value;
        double threshold = rule.Rule.Threshold!.Value;
        if (rule.Rule.MinTotal is { } least && SignalWindow.Count(state, signal, endSecond, rule.WindowSeconds).Total < least) return new(false, 0, threshold);
        if (SignalWindow.Value(state, signal, endSecond, rule.WindowSeconds) is not { } value) return new(false, 0, threshold);
        bool holds = rule.Rule.Op switch { ">" => value > threshold, ">=" => value >= threshold, "<" => value < threshold, _ => value <= threshold };
        return new(holds, value, threshold);
    }

    private static Condition Ratio(ServiceState state, CompiledRule rule, long endSecond, bool isActive)
    {
        var signal = rule.Signal!.Value;
        double threshold = rule.Rule.Threshold!.Value;
        var count = SignalWindow.Count(state, signal, endSecond, rule.WindowSeconds);
        bool holds = count.Total >= (rule.Rule.MinTotal ?? DefaultMinTotal) && count.Bad >= (rule.Rule.MinBad ?? 1)
            && (rule.Rule.Op == ">" ? count.Ratio > threshold : count.Ratio >= threshold);
        if (holds && !isActive && rule.Rule.Significance is { } significance)
        {
            // What was before the window: within it lies what is to be judged.
            var usual = SignalWindow.Count(state, signal, endSecond - rule.WindowSeconds, UsualSeconds);
            holds = IsUnusual(count, usual, significance);
        }
        return new(holds, count.Ratio, threshold);
    }

    /// <summary>
    /// Whether the usual share makes so many bad ones less likely than the significance, by the Chernoff bound on the binomial tail: P(X ≥ k) ≤ exp(−n·KL(k/n ‖ p))
    /// (Hoeffding 1963, theorem 1). Of a service of which nothing is known one in a hundred is taken as usual; never less than one in a thousand.
    /// </summary>
    public static bool IsUnusual(RateCount count, RateCount usual, double significance)
    {
        double p = Math.Clamp((usual.Bad + 1.0) / (usual.Total + 100.0), 0.001, 0.999), share = count.Bad / (double)count.Total;
        if (share <= p) return false;
        double divergence = (share * Math.Log(share / p)) + (share < 1 ? (1 - share) * Math.Log((1 - share) / (1 - p)) : 0);
        return count.Total * divergence >= -Math.Log(significance);
    }

    private static Condition BurnRate(ServiceState state, CompiledRule rule, long endSecond)
    {
        double budget = 1 - rule.Rule.Objective!.Value;
        var signal = rule.Signal!.Value;
        var slowest = new Condition(false, 0, rule.Burns[0].Factor);
        foreach (var burn in rule.Burns)
        {
            var @short = SignalWindow.Count(state, signal, endSecond, burn.ShortSeconds);
            if (@short.Ratio < burn.Factor * budget || @short.Bad == 0) continue;
            var @long = SignalWindow.Count(state, signal, endSecond, burn.LongSeconds);
            if (@long.Total < (rule.Rule.MinTotal ?? DefaultMinTotal) || @long.Ratio < burn.Factor * budget) continue;
            return new(true, @long.Ratio / budget, burn.Factor, burn.Factor >= 6 ? "critical" : "warning");
        }
        return slowest;
    }

    private static Condition Absence(ServiceState state, CompiledRule rule, long clock)
    {
        long heard = SignalWindow.HeardAt(state, rule.Signal);
        double seconds = (clock - heard) / 1000.0, after = rule.AfterMs / 1000.0;
        return new(heard > 0 && clock - heard >= rule.AfterMs, seconds, after);
    }
}
