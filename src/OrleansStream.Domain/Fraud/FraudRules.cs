using System.Collections.Immutable;
using OrleansStream.Domain.Fraud.Rules;
using OrleansStream.Domain.Windows;

namespace OrleansStream.Domain.Fraud;

/// <summary>
/// The fraud decision as a pure function: (profile, transaction, facts, rule set) → (profile, decision). Rules see the profile as it was before the
/// transaction, as <see cref="FraudInputs"/>; what they find adds up as log-odds.
/// </summary>
public static class FraudRules
{
    /// <summary>Every so many transactions of a card its profile is kept with the decision.</summary>
    public const int SnapshotEvery = 50;

    /// <summary>
    /// Decides about one transaction and applies it to the profile, whatever the outcome: a declined attempt is
    /// evidence too. Time is the event's own; nothing else is looked at.
    /// </summary>
    public static FraudOutcome Decide(CardProfile profile, Transaction transaction, FraudFacts facts, FraudRuleset ruleset, FraudRuleset? shadow = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(ruleset);

        var amount = ruleset.Currencies.Convert(transaction.Amount, transaction.Currency);
        var inputs = InputReader.Read(profile, transaction, amount, facts, ruleset);
        var verdict = Judge(inputs, ruleset);
        var evidence = facts.EvidenceMilli;
        var decision = new Decision
        {
            TransactionId = transaction.Id,
            CardId = transaction.CardId,
            Outcome = verdict.Outcome,
            Score = verdict.Score,
            Reasons = verdict.Reasons,
            RulesetId = ruleset.Id,
            RulesetVersion = ruleset.Version,
            Time = transaction.Time,
            LogOdds = verdict.LogOdds,
            Inputs = inputs,
            Evidence = evidence,
            Withheld = IsWithheld(transaction),
            Shadow = shadow is null ? null : Shadowed(profile, transaction, facts, shadow),
            Snapshot = profile.TransactionCount > 0 && profile.TransactionCount % SnapshotEvery == 0 ? profile : null,
        };
        return new FraudOutcome(Next(profile, transaction, amount, evidence, verdict.Outcome), decision);
    }

    /// <summary>The profile after a transaction that was so decided.</summary>
    public static CardProfile Next(CardProfile profile, Transaction transaction, decimal? amount, int evidence, Outcome outcome)
    {
        var next = profile.Apply(transaction, amount, evidence, IsWithheld(transaction));
        return outcome == Outcome.Decline && transaction.IsCardPresent && transaction.Location is not null
            ? next.Distrust(EventKey.For(transaction.Time, transaction.Id).IdHash, true)
            : next;
    }

    /// <summary>
    /// Whether the issuer had declined it: nothing was bought. What the rules themselves decline is in the habits until it is labelled, so that habits do not
    /// depend on the order in which events came.
    /// </summary>
    private static bool IsWithheld(Transaction transaction) => transaction.Authorization == Authorization.Declined;

    /// <summary>What a rule set makes of the inputs: the same inputs and rule set give the same verdict, to the bit.</summary>
    public static Verdict Judge(FraudInputs inputs, FraudRuleset ruleset)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(ruleset);
        var logOdds = ruleset.Prior.Of(inputs);
        var declines = false;
        ImmutableArray<Reason>.Builder? reasons = null;
        foreach (var rule in ruleset.All)
        {
            if (!rule.Covers(inputs))
                continue;
            var finding = rule.Evaluate(inputs);
            var isHard = rule.Hard && finding.Speaks;
            declines |= isHard;
            logOdds += finding.LogOdds;
            if (isHard || finding.LogOdds >= ruleset.ReasonLogOdds)
                (reasons ??= ImmutableArray.CreateBuilder<Reason>()).Add(Reason(rule, finding, isHard, inputs, ruleset));
        }

        var score = ScoreOf(logOdds);
        if (declines)
            score = 100;
        var thresholds = ruleset.Thresholds;
        var isKnown = inputs[Feature.History] >= thresholds.DeclineMinHistory;
        var outcome = declines || (score >= thresholds.Decline && isKnown) ? Outcome.Decline
            : score >= thresholds.Review ? Outcome.Review
            : Outcome.Approve;
        return new Verdict(outcome, score, logOdds, reasons?.DrainToImmutable() ?? []);
    }

    /// <summary>100 × the probability that the log-odds stand for, rounded.</summary>
    internal static int ScoreOf(double logOdds) => (int)Math.Round(100 / (1 + Math.Exp(-logOdds)), MidpointRounding.AwayFromZero);

    // What a review needs on top of the prior is 50 points.
    private static Reason Reason(FraudRule rule, Finding finding, bool isHard, FraudInputs inputs, FraudRuleset ruleset)
    {
        var needed = Math.Max(1, -ruleset.Prior.LogOdds);
        var points = isHard ? 100 : (int)Math.Clamp(Math.Round(50 * finding.LogOdds / needed), 0, 100);
        return new Reason(
            rule.ReasonCode, points, rule.Describe(inputs, finding), finding.Observed, finding.Threshold, finding.LogOdds, (rule as CustomRule)?.Code);
    }

    private static ShadowDecision Shadowed(CardProfile profile, Transaction transaction, FraudFacts facts, FraudRuleset shadow)
    {
        var amount = shadow.Currencies.Convert(transaction.Amount, transaction.Currency);
        var verdict = Judge(InputReader.Read(profile, transaction, amount, facts, shadow), shadow);
        return new ShadowDecision
        {
            RulesetId = shadow.Id,
            RulesetVersion = shadow.Version,
            Outcome = verdict.Outcome,
            Score = verdict.Score,
            Reasons = verdict.Reasons,
            LogOdds = verdict.LogOdds,
        };
    }
}

/// <summary>What a rule set makes of inputs.</summary>
/// <param name="Outcome">What to do.</param>
/// <param name="Score">0–100.</param>
/// <param name="LogOdds">What the score stands for.</param>
/// <param name="Reasons">The rules that spoke, in the order they are evaluated.</param>
public readonly record struct Verdict(Outcome Outcome, int Score, double LogOdds, ImmutableArray<Reason> Reasons);
