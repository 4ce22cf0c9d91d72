using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Conformance;

/// <summary>What a log promises about times, trimming, consumers and holds.</summary>
public abstract class RetentionContract : DeduplicationContract
{
    private static readonly TopicPartition Partition = PartitionOf("k");

    /// <summary>Times as several appenders give them: slightly out of order.</summary>
    [Fact]
    public async Task GivesTheFirstRecordReceivedAtOrAfterATime_WhateverTheOrderOfTimes()
    {
        int seed = TestSeed.Next();
        var random = new Random(seed);
        for (int batch = 0; batch < 40; batch++) await AppendAsync(batch * 10, 10, i => Records.Time.AddSeconds(i + random.Next(-30, 30)), random.Next(500));
        await AssertTimesAsync("live");
        await ReopenAsync();
        await AssertTimesAsync("opened again");

        async Task AssertTimesAsync(string phase)
        {
            var all = await ReadAllAsync(Partition);
            for (int second = -40; second < 440; second++)
            {
                var time = Records.Time.AddSeconds(second).AddTicks(random.Next(2));
                long expected = all.Find(r => r.ReceivedAt >= time)?.Offset ?? Log.Watermarks(Partition).High;
                long found = await Log.OffsetForTimeAsync(Partition, time);
                Assert.True(expected == found, $"seed {seed}, {phase}, {time:O}: {found}, expected {expected}");
            }
        }
    }

    [Fact]
    public async Task GivesTheHighWatermarkForATime_WhenItIsEmpty() => Assert.Equal(0, await Log.OffsetForTimeAsync(Partition, Records.Time));

    [Fact]
    public async Task GoesOnAtLow_WhenAReaderStandsBelowIt()
    {
        await AppendAsync(0, 400);
        using var before = Log.OpenReader(Partition, 0);
        await Log.TrimAsync(Partition, 300);
        long low = Log.Watermarks(Partition).Low;
        Assert.InRange(low, 1, 300);
        using var below = Log.OpenReader(Partition, 0);
        Assert.Equal(low, (await below.ReadAsync(10, 1000, TimeSpan.Zero))[0].Offset);
        Assert.Equal(low, (await before.ReadAsync(10, 1000, TimeSpan.Zero))[0].Offset);
        Assert.Equal(low, await Log.OffsetForTimeAsync(Partition, DateTimeOffset.MinValue));
        await AssertWholeFromAsync(low, 400);
        await ReopenAsync();
        Assert.Equal(new LogWatermarks(low, 400), Log.Watermarks(Partition));
        await AssertWholeFromAsync(low, 400);
        Assert.Equal(400, (await AppendOneAsync(Records.Of("k", "next"))).Position.Offset);
    }

    [Fact]
    public async Task SparesWhatAConsumerHasNotCommitted_WhenItIsTrimmed()
    {
        await AppendAsync(0, 400);
        await Log.CommitAsync("fast", Partition, 350);
        await Log.CommitAsync("slow", Partition, 200);
        await Log.TrimAsync(Partition, 400);
        Assert.InRange(Log.Watermarks(Partition).Low, 1, 200);
        await AssertWholeFromAsync(Log.Watermarks(Partition).Low, 400);
        await Log.CommitAsync("slow", Partition, 400);
        await Log.TrimAsync(Partition, 400);
        Assert.InRange(Log.Watermarks(Partition).Low, 201, 350);
    }

    [Fact]
    public async Task SparesEverything_WhenAConsumerOnlyEverAsked()
    {
        Assert.Equal(0, await Log.CommittedAsync("new", Partition));
        await AppendAsync(0, 400);
        await Log.TrimAsync(Partition, 400);
        Assert.Equal(0, Log.Watermarks(Partition).Low);
        await ReopenAsync();
        await Log.TrimAsync(Partition, 400);
        Assert.Equal(0, Log.Watermarks(Partition).Low);
        Assert.Equal(0, await Log.CommittedAsync("new", Partition));
    }

    [Fact]
    public async Task SparesWhatIsHeld_UntilTheLastHoldIsReleased()
    {
        await AppendAsync(0, 400);
        using var first = Log.Hold(Partition, 100);
        using var second = Log.Hold(Partition, 250);
        await Log.TrimAsync(Partition, 400);
        Assert.InRange(Log.Watermarks(Partition).Low, 1, 100);
        first.Dispose();
        first.Dispose();
        await Log.TrimAsync(Partition, 400);
        Assert.InRange(Log.Watermarks(Partition).Low, 101, 250);
        second.Dispose();
        await Log.TrimAsync(Partition, 400);
        Assert.InRange(Log.Watermarks(Partition).Low, 251, 400);
    }

    [Fact]
    public async Task AnswersWithTheFirstPosition_WhenADuplicateOfATrimmedRecordComes()
    {
        await AppendAsync(0, 400);
        await Log.TrimAsync(Partition, 400);
        Assert.True(Log.Watermarks(Partition).Low > 0);
        Assert.Equal(new AppendResult(new Position(Topic, Partition.Partition, 0), true), await AppendOneAsync(Records.Of("k", "0")));
    }

    private async Task AppendAsync(int first, int count, Func<int, DateTimeOffset>? received = null, int bytes = 200)
    {
        // Batches, because a log that trims whole files needs several.
        foreach (int[] batch in Enumerable.Range(first, count).Chunk(10))
        {
            await Log.AppendAsync(Topic, [.. batch.Select(i => new LogRecord
            {
                Key = "k", Id = $"{i}", Time = Records.Time, ReceivedAt = received?.Invoke(i) ?? Records.Time.AddSeconds(i), Value = new byte[bytes],
            })]).WaitAsync(Limit);
        }
    }

    private async Task AssertWholeFromAsync(long low, long high) =>
        Assert.Equal(Enumerable.Range((int)low, (int)(high - low)), (await ReadAllAsync(Partition, low)).Select(r => (int)r.Offset));
}
