using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Conformance;

/// <summary>What readers of any log get, at the live end and where records were removed.</summary>
public abstract class ReadingContract : EventLogContract
{
    [Fact]
    public async Task JoinsTheLiveEndWithoutGapOrDuplicate_WhenAReaderStartsBehindIt()
    {
        const int batches = 100, size = 20;
        var partition = PartitionOf("k");
        await AppendAsync(0);
        using var reader = Log.OpenReader(partition, 0);
        var appending = Task.Run(async () =>
        {
            for (int batch = 1; batch < batches; batch++) await AppendAsync(batch);
        });
        var read = new List<string>();
        while (read.Count < batches * size)
        {
            var records = await reader.ReadAsync(7, 1 << 20, TimeSpan.FromSeconds(5)).AsTask().WaitAsync(Limit);
            Assert.True(records.Count > 0, $"nothing came for 5 s after {read.Count} of {batches * size} records");
            read.AddRange(records.Select(r => r.Id));
        }
        await appending.WaitAsync(Limit);
        Assert.Equal(Enumerable.Range(0, batches * size).Select(i => $"{i}"), read);

        Task AppendAsync(int batch) => Log.AppendAsync(Topic, [.. Enumerable.Range(batch * size, size).Select(i => Records.Of("k", $"{i}"))]).WaitAsync(Limit);
    }

    [Fact]
    public async Task WakesAtOnce_WhenARecordComesWhileAReaderWaits()
    {
        using var reader = Log.OpenReader(PartitionOf("k"), 0);
        var waiting = reader.ReadAsync(10, 1 << 20, Limit * 3).AsTask();
        await AppendOneAsync(Records.Of("k", "1"));
        Assert.Equal("1", Assert.Single(await waiting.WaitAsync(Limit)).Id);
    }

    [Fact]
    public async Task ReadsTheNextRecord_WhenAReaderIsOpenedBetweenOffsets()
    {
        await Log.AppendAsync(Topic, [Records.Of("k", "1"), Records.Of("k", "2"), Records.Of("k", "3")]).WaitAsync(Limit);
        var all = await ReadAllAsync(PartitionOf("k"));
        for (int i = 0; i < all.Count; i++)
        {
            long from = i == 0 ? 0 : all[i - 1].Offset + 1;
            Assert.Equal(all[i].Id, (await ReadAllAsync(PartitionOf("k"), from))[0].Id);
        }
    }

    [Fact]
    public async Task SparesWhatIsNotCommitted_WhenItIsTrimmed()
    {
        SkipUnless(LogCapabilities.Trims);
        var partition = PartitionOf("k");
        Assert.Equal(0, await Log.CommittedAsync("g", partition));
        await FillAsync(2_000);
        await Log.CommitAsync("g", partition, 1_200);
        await Log.TrimAsync(partition, 2_000);
        long low = Log.Watermarks(partition).Low;
        Assert.True(low <= 1_200, $"{partition} begins at {low}, committed is 1200");
        Assert.Equal("1200", (await ReadAllAsync(partition, 1_200))[0].Id);
        Assert.Equal(low, (await ReadAllAsync(partition))[0].Offset);
    }

    [Fact]
    public async Task SparesWhatSomebodyHolds_WhenItIsTrimmed()
    {
        SkipUnless(LogCapabilities.Trims | LogCapabilities.Holds);
        var partition = PartitionOf("k");
        await FillAsync(2_000);
        using (Log.Hold(partition, 700))
        {
            await Log.TrimAsync(partition, 2_000);
            Assert.Equal("700", (await ReadAllAsync(partition, 700))[0].Id);
        }
        await Log.TrimAsync(partition, 2_000);
        Assert.True(Log.Watermarks(partition).Low >= 0);
        Assert.Equal(2_000, Log.Watermarks(partition).High);
    }

    [Fact]
    public async Task IsTheFirstAtOrAfterIt_WhenAnOffsetIsAskedForATime()
    {
        SkipUnless(LogCapabilities.FindsTimes);
        var partition = PartitionOf("k");
        await FillAsync(100);
        Assert.Equal(0, await Log.OffsetForTimeAsync(partition, Records.Time.AddHours(-1)));
        Assert.Equal(40, await Log.OffsetForTimeAsync(partition, Records.Time.AddSeconds(40)));
        Assert.Equal(41, await Log.OffsetForTimeAsync(partition, Records.Time.AddSeconds(40).AddTicks(1)));
        Assert.Equal(100, await Log.OffsetForTimeAsync(partition, Records.Time.AddHours(1)));
    }

    /// <summary>Records of one key, a second apart, ids as their offsets would be in a log without gaps.</summary>
    private async Task FillAsync(int count)
    {
        foreach (var batch in Enumerable.Range(0, count).Chunk(100))
        {
            await Log.AppendAsync(Topic, [.. batch.Select(i => new LogRecord
            {
                Key = "k", Id = $"{i}", Time = Records.Time, ReceivedAt = Records.Time.AddSeconds(i), Value = new byte[64],
            })]).WaitAsync(Limit);
        }
    }
}
