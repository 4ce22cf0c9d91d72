using Orleans.Serialization;
using OrleansStream.Domain.Fraud;
using OrleansStream.Grains.Cards;
using OrleansStream.Streams;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Fraud;

/// <summary>
/// Says what transactions were: a record of the card's topic, filled with what is stored of the transaction, so that others can learn from it however old it is.
/// </summary>
public sealed class LabelService(IGrainFactory grains, IEventLog log, ProcessorRegistry processors, Serializer<Decision> decisions, TimeProvider time)
{
    /// <summary>Where the label stands; null when the card has no such transaction. Said twice, it is twice in the log and changes the card once.</summary>
    public async Task<Position?> LabelAsync(LabelRequest request, CancellationToken cancellationToken)
    {
        var grain = ProcessorRegistry.Grain(grains, processors.ForTopic(CardTopics.Transactions), request.CardId);
        if (await grain.FindEntry(request.TransactionId) is not { } entry) return null;
        var decision = decisions.Deserialize(entry.Payload)!;
        var (now, inputs) = (time.GetUtcNow(), decision.Inputs);
        var label = new CardLabel
        {
            TransactionId = decision.TransactionId, CardId = decision.CardId, Fraud = request.Fraud, Source = request.Source, Time = request.Time ?? now,
            CaseStatus = request.CaseStatus, Note = request.Note, PurchaseTime = decision.Time, Amount = inputs?[Feature.Amount] ?? 0,
            Category = inputs?.Category, MerchantId = inputs?.MerchantId, TerminalId = inputs?.TerminalId, DeviceId = inputs?.DeviceId, Withheld = decision.Withheld,
        };
        var record = new LogRecord
        {
            Key = label.CardId, Source = CardTopics.LabelSource, Id = Guid.CreateVersion7(now).ToString("N"), Time = label.Time, ReceivedAt = now,
            Headers = [new(LogHeaders.Kind, CardTopics.LabelKind), .. StreamTracing.Headers()], Value = CardLabelJson.Write(label),
        };
        return (await log.AppendAsync(CardTopics.Transactions, [record], cancellationToken))[0].Position;
    }
}

/// <param name="CardId">The card.</param>
/// <param name="TransactionId">Its transaction.</param>
/// <param name="Fraud">What it was.</param>
/// <param name="Source">Who says so.</param>
/// <param name="Time">When it was said, event time; null for now.</param>
/// <param name="CaseStatus">How its case ended; null when it is no case's.</param>
/// <param name="Note">What an analyst says.</param>
public sealed record LabelRequest(string CardId, string TransactionId, bool Fraud, string? Source, DateTimeOffset? Time, string? CaseStatus = null, string? Note = null);
