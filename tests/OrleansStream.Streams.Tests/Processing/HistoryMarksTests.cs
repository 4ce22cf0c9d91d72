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
                (marks, long old) = HistoryMarks.After(marks, recent[0], Kept);
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

    [Fact]
    public void DropWhatWasThereBeforeThereWereMarks()
    {
        var (marks, old) = HistoryMarks.After([], Entry(1_000, 0), Kept);
        Assert.Equal(0, old);
        (_, old) = HistoryMarks.After(marks, Entry(2_000, 25), Kept);
        Assert.Equal(1_000, old);
    }

    private static OutputEntry Entry(long offset, int hour) => new() { Offset = offset, ReceivedAt = Start.AddHours(hour) };
}
