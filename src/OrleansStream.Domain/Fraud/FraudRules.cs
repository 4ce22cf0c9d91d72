using System.Collections.Immutable;
using OrleansStream.Domain.Fraud.Rules;

namespace OrleansStream.Domain.Fraud;

/// <summary>
/// The fraud decision as a pure function: (profile, transaction, facts, rule set) → (profile, decision). Each
/// rule sees the profile as it was before the transaction.
/// </summary>
public static class FraudRules
{
    /// <summary>
    /// Decides about one transaction and applies it to the profile, whatever the outcome: a declined attempt is
    /// evidence too. Time is the event's own; nothing else is looked at.
    /// </summary>
    public static FraudOutcome Decide(CardProfile profile, Transaction transaction, FraudFacts facts, FraudRuleset ruleset)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(ruleset);

        var reasons = Evaluate(profile, transaction, ruleset);
        var hard = ruleset.ImpossibleTravel.Hard && reasons.Any(reason => reason.Code == ReasonCode.ImpossibleTravel);
        var score = hard ? Math.Max(Combine(reasons), ruleset.DeclineScore) : Combine(reasons);
        var decision = new Decision
        {
            TransactionId = transaction.Id,
            CardId = transaction.CardId,
            Outcome = hard ? Outcome.Decline : OutcomeOf(score, ruleset),
            Score = score,
            Reasons = reasons,
            RulesetId = ruleset.Id,
            RulesetVersion = ruleset.Version,
            Time = transaction.Time,
        };
        return new FraudOutcome(profile.Apply(transaction), decision);
    }

    /// <summary>
    /// 100 · (1 − ∏(1 − sᵢ/100)), rounded: the scores as independent probabilities that at least one is right
    /// (noisy-OR; Pearl, Probabilistic Reasoning in Intelligent Systems, 1988).
    /// </summary>
    internal static int Combine(ImmutableArray<Reason> reasons)
    {
        var innocent = 1.0;
        foreach (var reason in reasons)
            innocent *= 1 - (Math.Clamp(reason.Score, 0, 100) / 100.0);
        return (int)Math.Round(100 * (1 - innocent), MidpointRounding.AwayFromZero);
    }

    private static ImmutableArray<Reason> Evaluate(CardProfile profile, Transaction transaction, FraudRuleset ruleset)
    {
        ReadOnlySpan<Reason?> spoken =
        [
            ImpossibleTravelRule.Evaluate(profile, transaction, ruleset.ImpossibleTravel),
            VelocityCountRule.Evaluate(profile, transaction, ruleset.VelocityCount),
            VelocitySumRule.Evaluate(profile, transaction, ruleset.VelocitySum),
            NewDeviceRule.Evaluate(profile, transaction, ruleset.NewDevice),
        ];
        var reasons = ImmutableArray<Reason>.Empty;
        foreach (var reason in spoken)
        {
            if (reason is not null)
                reasons = reasons.Add(reason);
        }

        return reasons;
    }

    private static Outcome OutcomeOf(int score, FraudRuleset ruleset) =>
        score >= ruleset.DeclineScore ? Outcome.Decline
        : score >= ruleset.ReviewScore ? Outcome.Review
        : Outcome.Approve;
}
