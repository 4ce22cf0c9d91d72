using OrleansStream.Domain.Fraud;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Cards;

/// <summary>One card: its profile, and a decision for each of its transactions.</summary>
[GrainType(CardTopics.Card)]
internal sealed class CardGrain(IGrainContext context) : KeyedStreamGrain<Transaction, CardProfile, Decision, FraudFacts>(context)
{
    /// <summary>Nothing is known from merchants yet.</summary>
    protected override ValueTask<IReadOnlyList<FraudFacts>> ResolveFactsAsync(IReadOnlyList<Transaction> events) =>
        new([.. events.Select(_ => FraudFacts.None)]);
}
