using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Tests.Processing;

public sealed class HistoryMarksTests
{
    private static readonly GrainId Grain = GrainId.Create("test", "k");
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);
    private static readonly Serializer<OutputEntry[]> Serializer =
        new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer<OutputEntry[]>>();

    /// <summary>An output a minute for days, and now and then many at once: the last 24 hours can always be read, and not much more is there.</summary>
    [Fact]
    public async Task KeepWhatIsYoungEnoughAndLittleElse()
    {
        var store = new FakeCheckpointStore();
        var history = new OutputHistory(store, Serializer);
        ImmutableArray<OutputEntry> recent = [];
        HistoryMark[] marks = [];
        var all = new List<OutputEntry>();
        for (int minute = 0; minute < 5 * 24 * 60; minute++)
        {
            int outputs = minute % 1000 == 999 ? 100 : 1;
            for (int i = 0; i < outputs; i++)
            {
                var entry = new OutputEntry { Offset = minute, Index = i, Id = $"{minute}/{i}", ReceivedAt = Start.AddMinutes(minute) };
                all.Add(entry);
                recent = recent.Add(entry);
            }
            var chunks = new List<HistoryChunk>();
            var spilled = history.Spill(recent, chunks, long.MaxValue);
            if (chunks.Count > 0)
            {
                (marks, long old) = HistoryMarks.After(marks, recent[0], Kept, long.MaxValue);
                chunks[^1] = chunks[^1] with { DropsBefore = old };
                Assert.InRange(marks.Length, 1, 10);
            }
            recent = spilled;
            await store.WriteAsync([new CheckpointWrite(Grain, minute, [], chunks, [])]);
            if (minute % 500 != 499) continue;
            var read = (await history.ReadAsync(Grain, recent, long.MaxValue, 10_000)).Select(e => e.Id).Reverse().ToList();
            var now = Start.AddMinutes(minute);
            var young = all.Where(e => e.ReceivedAt > now - Kept).Select(e => e.Id).ToList();
            Assert.Equal(young, read.TakeLast(young.Count));
            Assert.InRange(read.Count, young.Count, all.Count(e => e.ReceivedAt > now - (1.2 * Kept)));
        }
    }

    /// <summary>Whatever the publisher's lag: what is not published can be read, and of what is not much stays.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(50)]
    [InlineData(700)]
    public async Task ForgetWhatIsPublishedAndNothingElse_WhenNobodyAsksForIt(int lag)
    {
        var store = new FakeCheckpointStore();
        var history = new OutputHistory(store, Serializer);
        ImmutableArray<OutputEntry> recent = [];
        HistoryMark[] marks = [];
        for (int offset = 0; offset < 5_000; offset++)
        {
            recent = recent.AddRange(Enumerable.Range(0, offset % 3).Select(i => new OutputEntry { Offset = offset, Index = i, Id = $"{offset}/{i}", ReceivedAt = Start.AddSeconds(offset) }));
            var chunks = new List<HistoryChunk>();
            var spilled = history.Spill(recent, chunks, published: offset - lag, kept: false);
            if (chunks.Count > 0)
            {
                (marks, long old) = HistoryMarks.After(marks, recent.First(e => e.Offset == chunks[0].FirstOffset), TimeSpan.Zero, published: offset - lag);
                chunks[^1] = chunks[^1] with { DropsBefore = old };
                Assert.True(old <= Math.Max(0, offset - lag), $"{old} is not published at {offset}");
            }
            recent = spilled;
            Assert.InRange(recent.Length, 0, OutputHistory.MaxRecent);
            Assert.InRange(marks.Length, 0, 1);
            await store.WriteAsync([new CheckpointWrite(Grain, offset, [], chunks, [])]);
            if (offset % 100 != 99) continue;
            var unpublished = (await history.ReadRangeAsync(Grain, recent, offset - lag, long.MaxValue)).Select(e => e.Id);
            Assert.Equal(Enumerable.Range(Math.Max(0, offset - lag), Math.Min(lag, offset) + 1).SelectMany(o => Enumerable.Range(0, o % 3).Select(i => $"{o}/{i}")), unpublished);
            Assert.InRange((await history.ReadAsync(Grain, recent, long.MaxValue, 100_000)).Count, 0, 2 * lag + 2 * OutputHistory.MaxRecent);
        }
    }

    [Fact]
    public void DropWhatWasThereBeforeThereWereMarks()
    {
        var (marks, old) = HistoryMarks.After([], Entry(1_000, 0), Kept, long.MaxValue);
        Assert.Equal(0, old);
        (_, old) = HistoryMarks.After(marks, Entry(2_000, 25), Kept, long.MaxValue);
        Assert.Equal(1_000, old);
    }

    /// <summary>The chunk that starts before the mark may hold what was put out right before it.</summary>
    [Theory]
    [InlineData(999, 0)]
    [InlineData(1_000, 1_000)]
    public void DropNothingThatIsOldAndNotPublished(long published, long before)
    {
        var (marks, _) = HistoryMarks.After([], Entry(1_000, 0), Kept, published);
        Assert.Equal(before, HistoryMarks.After(marks, Entry(2_000, 25), Kept, published).DropsBefore);
    }

    private static OutputEntry Entry(long offset, int hour) => new() { Offset = offset, ReceivedAt = Start.AddHours(hour) };
}
