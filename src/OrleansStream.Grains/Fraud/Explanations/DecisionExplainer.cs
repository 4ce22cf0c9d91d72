using Orleans.Serialization;
using OrleansStream.Domain.Fraud;
using OrleansStream.Grains.Cards;
using OrleansStream.Grains.Fraud.Rules;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Fraud.Explanations;

/// <summary>Makes a decision again, from what is stored of it and the rule set it was made by, and shows every rule's part.</summary>
public sealed class DecisionExplainer(
    IGrainFactory grains, ProcessorRegistry processors, RulesetBook rulesets, ProfileRebuild profiles, Serializer<Decision> decisions, Serializer<FraudFacts> facts)
{
    /// <summary>Null when the card has no such transaction.</summary>
    public async Task<Explanation?> ExplainAsync(string cardId, string transactionId, CancellationToken cancellationToken)
    {
        var processor = (CardProcessor)processors.ForTopic(CardTopics.Transactions);
        var grain = ProcessorRegistry.Grain(grains, processor, cardId);
        if (await grain.FindEntry(transactionId) is not { } entry || await grain.GetState() is not { } state) return null;
        var decision = decisions.Deserialize(entry.Payload)!;
        var known = entry.Facts is { } bytes ? facts.Deserialize(bytes)! : FraudFacts.None;
        var position = state.Position with { Offset = entry.Offset };
        var view = DecisionView.Of(decision, new OutputOrigin<FraudFacts>(cardId, entry.Source, position, entry.ReceivedAt, entry.DecidedAt, known));
        var version = decision.RulesetId == FraudRuleset.Default.Id && decision.RulesetVersion == 1 ? RulesetVersion.BuiltIn : rulesets.Find(decision.RulesetVersion);
        if (version is null || decision.Inputs is not { } inputs)
            return new Explanation { Decision = view, Identical = null, RulesetExpired = version is null, HistoryExpired = true };
        var (profile, isExpired) = await profiles.BeforeAsync(grain, entry, decision, position.TopicPartition, cancellationToken);
        var again = FraudRules.Judge(inputs, version.Ruleset);
        return new Explanation
        {
            Decision = view,
            Identical = again.Outcome == decision.Outcome && again.Score == decision.Score && again.LogOdds.Equals(decision.LogOdds)
                && again.Reasons.AsSpan().SequenceEqual(decision.Reasons.AsSpan()),
            Ruleset = version.Ruleset,
            PriorLogOdds = version.Ruleset.Prior.Of(inputs),
            Rules = [.. version.Ruleset.All.Select(rule => RuleExplanation.Of(rule, inputs))],
            ProfileBefore = profile is null ? null : CardProfileView.Of(profile, version.Ruleset, new StateOrigin(cardId, position with { Offset = position.Offset - 1 }, profile.TransactionCount)),
            HistoryExpired = isExpired,
        };
    }
}
