using OrleansStream.Cli.Sending;
using OrleansStream.Cli.Sending.Progress;

namespace OrleansStream.Cli.Tests;

public sealed class AnswerTrackerTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Fact]
    public async Task MarkStandsBeforeTheFirstOpenLine_WhenAnswersComeOutOfOrder()
    {
        using var tracker = new AnswerTracker(10, LoadMark.Start);
        var records = await AdmitAsync(tracker, 2, 3, 7);

        tracker.Settle(records[2], RecordOutcome.Accepted);
        tracker.Settle(records[1], RecordOutcome.Rejected);
        Assert.Equal(new LoadMark(0, 7, default), tracker.Mark);

        tracker.Settle(records[0], RecordOutcome.Resent);
        Assert.Equal(new LoadMark(7, 7, new LoadCounts(1, 0, 1, 1)), tracker.Mark);
    }

    [Fact]
    public async Task ReaderWaits_WhenTooManyRecordsAreOpen()
    {
        using var tracker = new AnswerTracker(2, LoadMark.Start);
        var records = await AdmitAsync(tracker, 2, 3);
        var third = tracker.AdmitAsync(new LoadRecord { Line = 4 }, Never).AsTask();

        // The second one's answer makes no room: the first is what the mark waits for.
        tracker.Settle(records[1], RecordOutcome.Accepted);
        Assert.False(third.IsCompleted);

        tracker.Settle(records[0], RecordOutcome.Accepted);
        await third;
    }

    private static async Task<List<LoadRecord>> AdmitAsync(AnswerTracker tracker, params long[] lines)
    {
        var records = lines.Select(line => new LoadRecord { Line = line }).ToList();
        foreach (var record in records)
        {
            await tracker.AdmitAsync(record, Never);
        }

        return records;
    }
}
