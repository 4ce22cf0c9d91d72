using System.Text;
using CsCheck;
using OrleansStream.Domain.Fraud;
using OrleansStream.Grains.Cards;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Cluster.Tests.Fraud;

/// <summary>However the engine cuts a card's records into batches, and whatever it delivers again, the card ends the same and has put out the same.</summary>
public sealed class CardBatchTests
{
    private static readonly TopicPartition Partition = new(CardTopics.Transactions, 3);
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    // Transactions late and early, near and far, some twice under one id, and labels of those before.
    private static readonly Gen<LogRecord[]> Logs = Gen.Select(
        Gen.Int[0, 9], Gen.Int[0, 40], Gen.Int[-300, 3_000], Gen.Int[0, 4_000], Gen.Int[0, 7], Gen.Int[1, 4]).Array[1, 60].Select(rows =>
    {
        long offset = 0;
        return rows.Select((row, i) =>
        {
            var (kind, number, minute, amount, place, gap) = row;
            offset += gap;
            return kind == 0 && i > 0 ? Label(offset, rows[number % i], place % 2 == 0) : Transaction(offset, number, minute, amount, place);
        }).ToArray();
    });

    private static readonly Gen<Cut[]> Cuts = Gen.Select(Gen.Int[1, 12], Gen.Int[0, 20], Gen.Int[0, 4], (take, again, fate) => new Cut(take, again, fate == 0, fate == 1)).Array[1, 80];

    [Fact]
    public void EndsTheSame_WhateverTheBatchesAndWhateverComesAgain()
    {
        var cards = new CardEngine();
        Gen.Select(Logs, Cuts).Sample((log, cuts) =>
        {
            var (expected, actual) = (Run(cards, log, [new Cut(1, 0, false, false)]), Run(cards, log, cuts));
            Assert.Equal(expected.Row.State, actual.Row.State);
            Assert.Equal((expected.Row.AppliedOffset, expected.Row.OutputCount), (actual.Row.AppliedOffset, actual.Row.OutputCount));
            Assert.Equal(expected.Outputs, actual.Outputs);
        });
    }

    /// <summary>The cuts again and again until the log is applied.</summary>
    private static (KeyRow<CardProfile> Row, SortedDictionary<string, string> Outputs) Run(CardEngine cards, LogRecord[] log, Cut[] cuts)
    {
        var (row, outputs) = (cards.NewRow(), new SortedDictionary<string, string>(StringComparer.Ordinal));
        for (int at = 0, i = 0; at < log.Length; i++)
        {
            var cut = cuts[i % cuts.Length];
            int to = Math.Min(log.Length, at + cut.Take);
            var work = cards.Apply(row, Partition, log[Math.Max(0, at - cut.Again)..to], FactsOf);
            // The process died before this was durable: nothing of it was seen, and it comes again. Some time it lives.
            if (cut.Lost && i < 3 * log.Length) continue;
            foreach (var (topic, output) in work.Outputs)
            {
                string content = $"{topic} {output.Key} {output.Time:O} {Encoding.UTF8.GetString(output.Value.Span)}";
                // What has left never changes.
                if (!outputs.TryAdd($"{output.Source}/{output.Id}", content)) Assert.Equal(outputs[$"{output.Source}/{output.Id}"], content);
            }
            (row, at) = (cut.Restart ? cards.Reactivate(work.Row) : work.Row, to);
        }
        return (row, outputs);
    }

    // Stored with the decision, and the same when it is made again.
    private static FraudFacts FactsOf(LogRecord record) => new() { AmountLogOdds = record.Offset % 7, MerchantFrauds = (int)(record.Offset % 3), OtherCardsOnDevice = (int)(record.Offset % 5) };

    private static LogRecord Transaction(long offset, int number, int minute, int amount, int place)
    {
        string where = place < 3 ? $$""","channel":"pos","location":{"lat":{{place * 40 - 30}},"lon":{{place * 50}}}""" : "";
        string json = $$"""{"id":"tx-{{number}}","cardId":"card-42","amount":{{amount}},"time":"{{Noon.AddMinutes(minute):O}}","deviceId":"d-{{place}}","authorization":"{{(place == 6 ? "declined" : "approved")}}","merchant":{"id":"m-{{place}}","category":"c-{{amount % 4}}"}{{where}}}""";
        return Record(offset, $"tx-{number}", Encoding.UTF8.GetBytes(json));
    }

    private static LogRecord Label(long offset, (int Kind, int Number, int Minute, int Amount, int Place, int Gap) of, bool fraud) => Record(offset, $"label-{offset}", CardLabelJson.Write(new CardLabel
    {
        TransactionId = $"tx-{of.Number}", CardId = "card-42", Fraud = fraud, Time = Noon.AddDays(7), PurchaseTime = Noon.AddMinutes(of.Minute), Amount = of.Amount,
        Category = $"c-{of.Amount % 4}", MerchantId = $"m-{of.Place}", DeviceId = $"d-{of.Place}", Withheld = of.Place == 6,
    }), new KeyValuePair<string, string>(LogHeaders.Kind, CardTopics.LabelKind));

    private static LogRecord Record(long offset, string id, byte[] json, params KeyValuePair<string, string>[] headers) =>
        new() { Offset = offset, Key = "card-42", Source = "test", Id = id, Time = Noon, ReceivedAt = Noon, Headers = headers, Value = json };

    /// <param name="Take">New records in the batch.</param>
    /// <param name="Again">Records before them that are delivered again.</param>
    /// <param name="Lost">The process dies before it is durable.</param>
    /// <param name="Restart">The key is activated anew after it, from its stored row.</param>
    private sealed record Cut(int Take, int Again, bool Lost, bool Restart);
}
