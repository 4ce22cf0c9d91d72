using System.Collections.Immutable;
using OrleansStream.Domain.Fraud;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Cards;

/// <summary>One card: its profile, and a decision for each of its transactions.</summary>
[GrainType(CardTopics.GrainType)]
internal sealed class CardGrain(IGrainContext context)
    : KeyedStreamGrain<CardProfile, Decision>(CardTopics.Transactions, context), ICardGrain
{
    private static readonly FraudRuleset Ruleset = FraudRuleset.Default;

    protected override CardProfile InitialState => CardProfile.Empty;

    protected override (CardProfile State, ImmutableArray<Decision> Outputs) Apply(CardProfile state, LogRecord record)
    {
        var read = TransactionReader.Read(record.Value.Span, new EventDefaults(record.Id, record.Time));
        if (!read.IsValid) throw new InvalidDataException(string.Join("; ", read.Errors.Select(e => $"{e.Code} {e.Field}: {e.Detail}")));
        var outcome = FraudRules.Decide(state, read.Transaction, FraudFacts.None, Ruleset);
        return (outcome.Profile, [outcome.Decision]);
    }

    protected override string IdOf(Decision output, LogRecord record) => output.TransactionId;

    protected override LogRecord ToRecord(Decision output, OutputEntry entry, Position position)
    {
        var view = DecisionView.Of(output, entry, position);
        return new LogRecord
        {
            Key = view.CardId, Id = view.Id, Time = output.Time, Headers = [new(CardTopics.OutcomeHeader, view.Outcome)], Value = view.ToJson(),
        };
    }

    public async ValueTask<CardProfileView?> GetProfile()
    {
        var row = (await DurableRowAsync(-1, TimeSpan.Zero))!;
        if (row.AppliedOffset < 0) return null;
        var applied = new Position(CardTopics.Transactions, row.Partition, row.AppliedOffset);
        return CardProfileView.Of(this.GetPrimaryKeyString(), row.State, Ruleset, row.OutputCount, applied);
    }

    public async ValueTask<bool> WaitUntilApplied(long offset, TimeSpan wait) => await DurableRowAsync(offset, wait) is not null;

    public async ValueTask<DecisionPage> ListDecisions(long beforeOffset, int limit)
    {
        var entries = await OutputsBeforeAsync(beforeOffset < 0 ? long.MaxValue : beforeOffset, limit);
        var items = entries.Where(e => e.Topic is null).Select(View).ToList();
        return new DecisionPage(items, entries.Count < limit ? -1 : entries[^1].Offset);
    }

    public async ValueTask<DecisionView?> FindDecision(string transactionId) =>
        await FindOutputAsync(transactionId) is { Topic: null } entry ? View(entry) : null;

    public async ValueTask<TransactionVerdict> WaitForDecision(long offset, TimeSpan wait)
    {
        if (await DurableRowAsync(offset, wait) is null || await OutputAtAsync(offset) is not { } entry) return new TransactionVerdict(null, null);
        return entry.Topic is null
            ? new TransactionVerdict(View(entry), null)
            : new TransactionVerdict(null, System.Text.Encoding.UTF8.GetString(entry.Payload));
    }

    private DecisionView View(OutputEntry entry) => DecisionView.Of(Decode(entry), entry, PositionOf(entry));
}
