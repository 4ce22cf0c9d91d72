using System.Text.Json;
using OrleansStream.Domain.Fraud;
using OrleansStream.Grains.Cards;
using OrleansStream.Grains.Fraud.Cases;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Gateway.Tests.Cases;

public sealed class CaseListTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private readonly CaseList _cases = new();

    [Fact]
    public void ForgetsTheOldestClosed_WhenThereAreTooMany()
    {
        for (int i = 0; i < CaseList.Kept; i++) Decide(i);
        Label(30);
        Label(20);
        Decide(CaseList.Kept);
        Assert.Null(_cases.Find("d-20"));
        Decide(CaseList.Kept + 1);
        Assert.Null(_cases.Find("d-30"));
        Assert.NotNull(_cases.Find("d-0"));
        // None is closed any more.
        Decide(CaseList.Kept + 2);
        Assert.Null(_cases.Find("d-0"));
        Assert.Equal(["d-50002", "d-50001"], _cases.List(null, null, null, 2).Select(c => c.Id));
        Assert.Equal(["d-3", "d-2", "d-1"], _cases.List(CaseStatus.Open, null, "d-4", 10).Select(c => c.Id));
    }

    [Fact]
    public void IsListedByItsStatus_WhenItIsLabelled()
    {
        Decide(1);
        Decide(2);
        Label(1);
        Assert.Equal(["d-1"], _cases.List(CaseStatus.Confirmed, null, null, 10).Select(c => c.Id));
        Assert.Equal(["d-2"], _cases.List(CaseStatus.Open, "card-2", null, 10).Select(c => c.Id));
        Assert.Equal([CaseStatus.Open, CaseStatus.Confirmed], _cases.Find("d-1")!.Trail.Select(t => t.Status));
    }

    [Fact]
    public void ClosesIt_WhenTheLabelIsReadBeforeTheDecision()
    {
        Label(7);
        var copy = new CaseList();
        lock (copy.Gate)
            foreach (byte[] piece in Pieces()) ((ReadModel)copy).Restore(piece);
        foreach (var list in (CaseList[])[_cases, copy])
        {
            Decide(7, list);
            Assert.Equal(CaseStatus.Confirmed, list.Find("d-7")!.Status);
        }
    }

    [Fact]
    public void ForgetsTheOldestEarlyLabel_WhenThereAreTooMany()
    {
        var early = new EarlyLabels(3);
        foreach (string transaction in (string[])["a", "b", "c"]) early.Add(transaction, Entry(transaction));
        Assert.Equal("a", Assert.Single(early.Take("a")).Note);
        early.Add("d", Entry("d"));
        early.Add("e", Entry("e"));
        early.Add("c", Entry("again"));
        Assert.Equal(["c", "d", "e"], early.All.Select(e => e.Key));
        Assert.Empty(early.Take("b"));
        Assert.Equal(["c", "again"], early.Take("c").Select(e => e.Note));
        Assert.Empty(early.Take("c"));
    }

    private static CaseEntry Entry(string note) => new(Start, CaseStatus.Confirmed, "chargeback", note);

    private byte[][] Pieces()
    {
        lock (_cases.Gate) return [.. ((ReadModel)_cases).Snapshot()];
    }

    private void Decide(int number) => Decide(number, _cases);

    private static void Decide(int number, CaseList list) => Apply(list, CardTopics.Decisions, number, new(CardTopics.OutcomeHeader, "review"), JsonSerializer.SerializeToUtf8Bytes(new
    {
        id = $"d-{number}", transactionId = $"t-{number}", cardId = $"card-{number}", score = 50, reasons = new[] { new { code = "VELOCITY_COUNT" } }, position = $"transactions:0:{number}",
        time = Start,
    }));

    private void Label(int number) => Apply(_cases, CardTopics.Transactions, number, new(LogHeaders.Kind, CardTopics.LabelKind), CardLabelJson.Write(new CardLabel
    {
        TransactionId = $"t-{number}", CardId = $"card-{number}", Fraud = true, Time = Start, PurchaseTime = Start, Amount = 1,
    }));

    private static void Apply(CaseList list, string topic, int number, KeyValuePair<string, string> header, byte[] value)
    {
        lock (list.Gate)
        {
            ((ReadModel)list).Apply(new TopicPartition(topic, 0), new LogRecord
            {
                Key = $"card-{number}", Id = $"{number}", Offset = number, Time = Start, ReceivedAt = Start.AddSeconds(number), Headers = [header], Value = value,
            });
        }
    }
}
