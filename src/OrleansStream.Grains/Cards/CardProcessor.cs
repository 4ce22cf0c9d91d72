using System.Text.Json;
using OrleansStream.Domain.Fraud;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Cards;

/// <summary>Card transactions in, decisions out; the rules are <see cref="FraudRules"/>.</summary>
public sealed class CardProcessor() : StreamProcessor<Transaction, CardProfile, Decision, FraudFacts>(new ProcessorNames
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
    private static readonly FraudRuleset Ruleset = FraudRuleset.Default;

    public override CardProfile InitialState => CardProfile.Empty;

    public override IReadOnlyDictionary<string, IReadOnlyList<string>> OutputFilters { get; } =
        new Dictionary<string, IReadOnlyList<string>> { [CardTopics.OutcomeHeader] = ["approve", "review", "decline"] };

    public override ProcessorDocumentation Documentation => CardDocumentation.Value;

    public override bool CanBeKey(string text) => CardIdRule.IsWellFormed(text);

    public override EventReading<Transaction> Read(ReadOnlySpan<byte> json, in ReadingDefaults defaults)
    {
        var read = TransactionReader.Read(json, new EventDefaults(defaults.Id, defaults.Time, defaults.LatestTime, defaults.Key));
        return new EventReading<Transaction>(
            read.Transaction, read.CardId ?? "", read.Id ?? defaults.Id, read.Transaction?.Time ?? defaults.Time,
            [.. read.Errors.Select(e => new EventError(e.Code, e.Detail))]);
    }

    public override Applied<CardProfile, Decision> Apply(CardProfile state, Transaction @event, FraudFacts facts)
    {
        var outcome = FraudRules.Decide(state, @event, facts, Ruleset);
        return new(outcome.Profile, [outcome.Decision]);
    }

    public override string IdOf(Decision output) => output.TransactionId;

    public override OutputContent ToContent(Decision output, in OutputOrigin<FraudFacts> origin)
    {
        var view = DecisionView.Of(output, origin);
        return new OutputContent(view.ToJson(), output.Time) { Headers = [new(CardTopics.OutcomeHeader, view.Outcome)] };
    }

    public override byte[] ToJson(CardProfile state, in StateOrigin origin) =>
        JsonSerializer.SerializeToUtf8Bytes(CardProfileView.Of(state, Ruleset, origin), CardJson.Default.CardProfileView);
}
