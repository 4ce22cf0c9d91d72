using CsCheck;
using OrleansStream.Streams.Partitions;

namespace OrleansStream.Streams.Tests.Partitions;

public sealed class OffsetTrackerTests
{
    [Theory]
    // start, registered, completed in this order, watermark
    [InlineData(0, "", "", 0)]
    [InlineData(7, "", "", 7)]
    [InlineData(0, "0 1 2", "", 0)]
    [InlineData(0, "0 1 2", "0", 1)]
    [InlineData(0, "0 1 2", "1 2", 0)]
    [InlineData(0, "0 1 2", "2 1 0", 3)]
    [InlineData(0, "5", "", 5)]
    [InlineData(0, "5 9", "5", 9)]
    [InlineData(0, "5 9", "9", 5)]
    [InlineData(0, "5 9", "9 5", 10)]
    [InlineData(3, "3 4 100 101", "4 100 3", 101)]
    public void IsTheLowestIncomplete_WhenOffsetsAreDoneInAnyOrder(long start, string registered, string completed, long watermark)
    {
        var tracker = new OffsetTracker(start);
        foreach (long offset in Numbers(registered)) tracker.Register(offset);
        foreach (long offset in Numbers(completed)) tracker.Complete(offset);
        Assert.Equal(watermark, tracker.Watermark);
    }

    [Fact]
    public void ChangesNothing_WhenAnOffsetIsDoneTwice()
    {
        var tracker = new OffsetTracker(0);
        for (int i = 0; i < 4; i++) tracker.Register(i);
        tracker.Complete(2);
        tracker.Complete(2);
        tracker.Complete(0);
        tracker.Complete(0);
        Assert.Equal((1, 3), (tracker.Watermark, tracker.Count));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(10)]
    [InlineData(long.MaxValue)]
    public void Throws_WhenTheOffsetWasNeverRegistered(long offset)
    {
        var tracker = new OffsetTracker(0);
        tracker.Register(5);
        tracker.Register(9);
        var error = Assert.Throws<ArgumentException>(() => tracker.Complete(offset));
        Assert.Contains(offset.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(9)]
    public void Throws_WhenAnOffsetIsRegisteredOutOfOrder(long offset)
    {
        var tracker = new OffsetTracker(5);
        tracker.Register(9);
        Assert.Throws<ArgumentOutOfRangeException>(() => tracker.Register(offset));
    }

    [Fact]
    public void KeepsEveryOffset_WhenItGrowsWhileWrapped()
    {
        var tracker = new OffsetTracker(0);
        long next = 0;
        for (; next < 1000; next++) tracker.Register(next);
        for (long done = 0; done < 900; done++) tracker.Complete(done);
        for (; next < 10_000; next++) tracker.Register(next);
        for (long done = 9_999; done > 900; done--) tracker.Complete(done);
        Assert.Equal(900, tracker.Watermark);
        tracker.Complete(900);
        Assert.Equal((10_000, 0), (tracker.Watermark, tracker.Count));
    }

    /// <summary>Random registrations with gaps and completions in any order, against a sorted set of what is not done.</summary>
    [Fact]
    public void EqualsANaiveSet_WhateverComesInWhateverOrder() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 1 << 20]).Array[0, 5000].Sample(steps =>
        {
            var tracker = new OffsetTracker(0);
            var open = new SortedSet<long>();
            var all = new List<long>();
            foreach (var (kind, random) in steps)
            {
                if (kind < 2)
                {
                    long offset = tracker.Next + (random % 5 == 0 ? random % 50 : 0);
                    tracker.Register(offset);
                    open.Add(offset);
                    all.Add(offset);
                }
                else if (all.Count > 0)
                {
                    // Near the head, as it is in life, and sometimes one that is done already.
                    long offset = all[Math.Max(0, all.Count - 1 - random % Math.Min(all.Count, 3000))];
                    tracker.Complete(offset);
                    open.Remove(offset);
                }
                long expected = open.Count > 0 ? open.Min : all.Count > 0 ? all[^1] + 1 : 0;
                Assert.True(expected == tracker.Watermark, $"watermark {tracker.Watermark}, lowest incomplete {expected}, registered {all.Count}");
            }
            foreach (long offset in open.Reverse().ToList()) tracker.Complete(offset);
            Assert.Equal((tracker.Next, 0), (tracker.Watermark, tracker.Count));
        }, iter: 200);

    private static IEnumerable<long> Numbers(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(t => long.Parse(t, System.Globalization.CultureInfo.InvariantCulture));
}
