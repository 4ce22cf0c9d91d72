using OrleansStream.Domain.Fraud;
using OrleansStream.Grains.Fraud.Population;
using OrleansStream.Grains.Fraud.Rules;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Cards;

/// <summary>
/// One card: its profile, and a decision for each of its transactions. What it needs from elsewhere lies in this process: the rule sets and what is known over
/// all cards are read models.
/// </summary>
[GrainType(CardTopics.Card)]
internal sealed class CardGrain(IGrainContext context, FraudPopulationModel population, RulesetBook rulesets)
    : KeyedStreamGrain<CardEvent, CardProfile, Decision, FraudFacts>(context)
{
    protected override bool TryResolveFacts(CardEvent @event, out FraudFacts facts)
    {
        facts = FactsFor(@event);
        return rulesets.IsReady;
    }

    /// <summary>Decides by no rules but those that are in force: until they are read, the batch waits.</summary>
    protected override async ValueTask<IReadOnlyList<FraudFacts>> ResolveFactsAsync(IReadOnlyList<CardEvent> events)
    {
        await rulesets.WhenReadyAsync();
        return [.. events.Select(FactsFor)];
    }

    private FraudFacts FactsFor(CardEvent @event)
    {
        if (@event.Transaction is not { } transaction) return FraudFacts.None;
        var (active, shadow) = rulesets.Current;
        decimal amount = active.Currencies.Convert(transaction.Amount, transaction.Currency) ?? transaction.Amount;
        return population.FactsFor(Purchase.Of(transaction, amount)) with { Ruleset = active, Shadow = shadow };
    }
}
