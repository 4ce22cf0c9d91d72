using OrleansStream.Domain.Fraud;
using OrleansStream.Grains.Cards;
using OrleansStream.Grains.Fraud.Rules;
using OrleansStream.Grains.Merchants;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains.Fraud.Population;

/// <summary>
/// What is known over all cards, in every silo: transactions as they are handed in, frauds as their merchants confirm them (each once). Decisions take their facts
/// from it without waiting; it is behind the log by moments, and what a decision saw of it is stored with the decision.
/// </summary>
/// <remarks>Facts are read under a lock of its own: a whole batch of records is taken in under the model's gate.</remarks>
public sealed class FraudPopulationModel(RulesetBook rulesets) : ReadModel
{
    public const string ModelName = "fraud-population";
    private readonly Lock _lock = new();
    private FraudPopulation _population = new();

    public override string Name => ModelName;

    public override IReadOnlyList<string> Topics { get; } = [CardTopics.Transactions, MerchantProcessor.OutputTopicName];

    public FraudFacts FactsFor(in Purchase purchase)
    {
        lock (_lock) return _population.FactsFor(purchase);
    }

    protected override void Apply(TopicPartition partition, LogRecord record)
    {
        if (record.Header(LogHeaders.Kind) is not null) return;
        if (partition.Topic == MerchantProcessor.OutputTopicName)
        {
            if (ConfirmedFraud.FromJson(record.Value.Span) is not { } confirmed) return;
            lock (_lock) _population.Confirm(confirmed.Label.ToPurchase(), confirmed.Fraud ? 1 : -1);
            return;
        }
        // What cannot be read becomes a dead letter of its card; here it is nothing.
        if (TransactionReader.Read(record.Value.Span, new EventDefaults(record.Id, record.Time, CardId: record.Key)).Transaction is not { } transaction) return;
        decimal amount = rulesets.Current.Active.Currencies.Convert(transaction.Amount, transaction.Currency) ?? transaction.Amount;
        lock (_lock) _population.See(Purchase.Of(transaction, amount));
    }

    protected override void Reset()
    {
        lock (_lock) _population = new FraudPopulation();
    }

    // Without the lock: nothing changes the population but what the gate keeps away, and decisions shall not wait while 200,000 devices are copied.
    protected override IEnumerable<byte[]> Snapshot() => _population.Save();

    protected override void Restore(ReadOnlySpan<byte> piece)
    {
        lock (_lock) _population.Load(piece);
    }
}
