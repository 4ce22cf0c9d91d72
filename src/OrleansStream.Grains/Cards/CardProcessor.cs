using System.Text.Json;
using OrleansStream.Domain.Fraud;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Cards;

/// <summary>Card transactions and labels in, decisions out; the rules are <see cref="FraudRules"/>.</summary>
public sealed class CardProcessor() : StreamProcessor<CardEvent, CardProfile, Decision, FraudFacts>(new ProcessorNames
{
    Topic = CardTopics.Transactions,
    Key = CardTopics.Card,
    Keys = "cards",
    KeyField = "cardId",
    OutputId = "transactionId",
    Output = "decision",
    OutputTopic = CardTopics.Decisions,
})
{
    public override CardProfile InitialState => CardProfile.Empty;

    public override IReadOnlyDictionary<string, IReadOnlyList<string>> OutputFilters { get; } =
        new Dictionary<string, IReadOnlyList<string>> { [CardTopics.OutcomeHeader] = ["approve", "review", "decline"] };

    public override bool IsErasable => true;

    public override ProcessorDocumentation Documentation => CardDocumentation.Value;

    public override bool CanBeKey(string text) => CardIdRule.IsWellFormed(text) && !CardIdRule.IsPan(text);

    public override EventReading<CardEvent> Read(ReadOnlySpan<byte> json, in ReadingDefaults defaults)
    {
        if (defaults.Kind == CardTopics.LabelKind) return ReadLabel(json, defaults);
        var read = TransactionReader.Read(json, new EventDefaults(defaults.Id, defaults.Time, defaults.LatestTime, defaults.Key));
        return new EventReading<CardEvent>(
            new CardEvent(read.Transaction, null), read.CardId ?? "", read.Id ?? defaults.Id, read.Transaction?.Time ?? defaults.Time,
            [.. read.Errors.Select(e => new EventError(e.Code, e.Detail))]);
    }

    public override Applied<CardProfile, Decision> Apply(CardProfile state, CardEvent @event, FraudFacts facts)
    {
        if (@event.Label is { } label)
        {
            var next = state.Label(label);
            // The card's history has what changed it: who rebuilds its profile finds the label there.
            return new(next, []) { Emissions = ReferenceEquals(next, state) ? [] : CardEmissions.OfLabel(label) };
        }
        var transaction = @event.Transaction!;
        var outcome = FraudRules.Decide(state, transaction, facts, facts.Ruleset ?? FraudRuleset.Default, facts.Shadow);
        return new(outcome.Profile, [outcome.Decision]) { Emissions = CardEmissions.OfTransaction(state, transaction) };
    }

    public override string IdOf(Decision output) => output.TransactionId;

    public override OutputContent ToContent(Decision output, in OutputOrigin<FraudFacts> origin)
    {
        var view = DecisionView.Of(output, origin);
        KeyValuePair<string, string> outcome = new(CardTopics.OutcomeHeader, view.Outcome);
        return new OutputContent(view.ToJson(), output.Time)
        {
            Headers = view.Shadow is [{ } shadow, ..] ? [outcome, new(CardTopics.ShadowHeader, shadow.Outcome)] : [outcome],
        };
    }

    public override byte[] ToJson(CardProfile state, in StateOrigin origin) =>
        JsonSerializer.SerializeToUtf8Bytes(CardProfileView.Of(state, FraudRuleset.Default, origin), CardJson.Default.CardProfileView);

    private static EventReading<CardEvent> ReadLabel(ReadOnlySpan<byte> json, in ReadingDefaults defaults) =>
        CardLabelJson.Read(json) is { } label ? defaults.Take(new CardEvent(null, label), label.Time, label.CardId) : defaults.Refuse<CardEvent>("invalid-label", "The record is no label.");
}
