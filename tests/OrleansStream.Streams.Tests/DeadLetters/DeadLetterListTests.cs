using Microsoft.Extensions.Options;
using OrleansStream.Streams.DeadLetters;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Tests.DeadLetters;

public sealed class DeadLetterListTests
{
    private static readonly TopicPartition Partition = new(DeadLetter.TopicName, 0);
    private readonly DeadLetterList _list = new(Options.Create(new DeadLetterOptions { ListedPerPartition = 5, ExceptionLength = 20 }));
    private long _next;

    [Fact]
    public void ListsNewestFirstPageByPage_WhenThereAreSeveral()
    {
        for (int i = 0; i < 5; i++) Bury(i);
        var first = _list.List(new DeadLetterFilter(), null, 2);
        var second = _list.List(new DeadLetterFilter(), DeadLetterCursor.Of(first[^1]), 10);
        Assert.Equal([4, 3], first.Select(l => l.Id.Offset));
        Assert.Equal([2, 1, 0], second.Select(l => l.Id.Offset));
        Assert.True(DeadLetterCursor.TryParse(DeadLetterCursor.Of(first[0]).ToString(), out var cursor));
        Assert.Equal(DeadLetterCursor.Of(first[0]), cursor);
    }

    [Fact]
    public void ForgetsTheOldest_WhenThereAreTooMany()
    {
        for (int i = 0; i < 8; i++) Bury(i);
        Assert.Equal([7, 6, 5, 4, 3], _list.List(new DeadLetterFilter(), null, 100).Select(l => l.Id.Offset));
        Assert.Null(_list.Find(new Position("in", 0, 0)));
    }

    [Fact]
    public void FindsByTopicCodeAndStatus_WhenAFilterIsGiven()
    {
        Bury(1, "a", "undecodable");
        var redriven = Bury(2, "a", "apply-failed");
        var deleted = Bury(3, "b", "apply-failed");
        Apply(DeadLetterRecord.Redriven(redriven, new Position("a", 0, 9), Records.Time));
        Apply(DeadLetterRecord.Deleted(deleted, Records.Time));
        Assert.Equal([2, 1], Offsets(new DeadLetterFilter("a")));
        Assert.Equal([2], Offsets(new DeadLetterFilter(Codes: ["apply-failed"])));
        Assert.Equal([1], Offsets(new DeadLetterFilter(Status: DeadLetterStatus.Open)));
        Assert.Equal([3], Offsets(new DeadLetterFilter(Status: DeadLetterStatus.Deleted)));
    }

    [Fact]
    public void KeepsTheFirstRedrive_WhenASecondOneIsToldOrTheLetterIsPublishedAgain()
    {
        var letter = Bury(1);
        Apply(DeadLetterRecord.Redriven(letter, new Position("in", 0, 9), Records.Time));
        Apply(DeadLetterRecord.Redriven(letter, new Position("in", 0, 10), Records.Time));
        Bury(1);
        var now = _list.Find(letter.Id)!;
        Assert.Equal((DeadLetterStatus.Redriven, new Position("in", 0, 9)), (now.Status, now.RedrivenAs!.Value));
        Apply(DeadLetterRecord.Deleted(letter, Records.Time));
        Apply(DeadLetterRecord.Redriven(letter, new Position("in", 0, 11), Records.Time));
        Assert.Equal(DeadLetterStatus.Deleted, _list.Find(letter.Id)!.Status);
    }

    [Fact]
    public void IsTheSame_WhenItIsRestoredFromItsSnapshot()
    {
        for (int i = 0; i < 5; i++) Bury(i);
        Apply(DeadLetterRecord.Redriven(_list.Find(new Position("in", 0, 2))!, new Position("in", 0, 9), Records.Time));
        var other = new DeadLetterList(Options.Create(new DeadLetterOptions { ListedPerPartition = 5 }));
        var before = _list.List(new DeadLetterFilter(), null, 100);
        var pieces = _list.Snapshot();
        // The pieces are made while the model goes on.
        Bury(9);
        foreach (byte[] piece in pieces) other.Restore(piece);
        Assert.Equal(before, other.List(new DeadLetterFilter(), null, 100));
    }

    [Fact]
    public void IsStoredInBoundedPieces_WhenThereAreManyLetters()
    {
        var options = Options.Create(new DeadLetterOptions { ListedPerPartition = 20_000 });
        DeadLetterList list = new(options), other = new(options);
        var letter = new DeadLetter("in", 0, 0, "card-4242424242", "gateway", "transaction-1", "apply-failed", new string('x', 500), 3, []);
        for (int i = 0; i < 20_000; i++)
            list.Apply(Partition, new LogRecord { Offset = i, Key = "k", Id = $"{i}", ReceivedAt = Records.Time, Value = (letter with { Offset = i }).ToJson() });
        byte[][] pieces = [.. list.Snapshot()];
        Assert.All(pieces, p => Assert.InRange(p.Length, 1, 512 << 10));
        foreach (byte[] piece in pieces) other.Restore(piece);
        Assert.Equal(20_000, other.InOrder(new DeadLetterFilter()).Count);
    }

    [Fact]
    public void CutsTheException_WhenItIsLong() => Assert.Equal(21, Bury(1).Exception.Length);

    [Fact]
    public void ReadsLettersOfEarlierReleases_WhenTheyLackTimeAndHeaders()
    {
        byte[] json = """{"topic":"in","partition":1,"offset":7,"key":"k","source":"s","id":"i","code":"undecodable","exception":"E","attempts":3,"value":"eHl6"}"""u8.ToArray();
        Apply(new LogRecord { Key = "k", Id = "in:1:7/0", Source = "in", ReceivedAt = Records.Time, Value = json });
        var letter = DeadLetter.FromJson(json);
        Assert.Equal("k", _list.Find(new Position("in", 1, 7))!.Key);
        var again = DeadLetterRecord.Again(letter, Records.Time, Records.Time.AddDays(1));
        Assert.Equal(("k", "s", "i", "xyz", Records.Time), (again.Key, again.Source, again.Id, Records.Text(again), again.Time));
        Assert.Equal("in:1:7", again.Header(LogHeaders.RedriveOf));
    }

    private IEnumerable<long> Offsets(DeadLetterFilter filter) => _list.List(filter, null, 100).Select(l => l.Id.Offset);

    private DeadLetterEntry Bury(long offset, string topic = "in", string code = "undecodable")
    {
        var letter = new DeadLetter(topic, 0, offset, "k", "", $"{offset}", code, "InvalidDataException: it is poison", 3, [1]);
        var record = new LogRecord
        {
            Key = "k", Source = topic, Id = $"{letter.Position}/0", Time = Records.Time, ReceivedAt = Records.Time.AddSeconds(offset), Value = letter.ToJson(),
        };
        Apply(record);
        return _list.Find(letter.Position)!;
    }

    private void Apply(LogRecord record) => _list.Apply(Partition, record.At(_next++));
}
