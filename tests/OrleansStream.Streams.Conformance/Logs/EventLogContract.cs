using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Conformance;

/// <summary>
/// What any log promises, seen through <see cref="IEventLog"/> alone. A log's own class derives from it and says where it lies.
/// </summary>
public abstract class EventLogContract : IAsyncLifetime
{
    protected const string Topic = "events";
    protected const int Partitions = 4;

    /// <summary>Every wait of a test ends by then: a failure, not a hang.</summary>
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    protected IEventLog Log { get; private set; } = null!;

    /// <summary>A place of the test's own, empty.</summary>
    protected abstract ILogPlace CreatePlace();

    protected ILogPlace Place { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Place = CreatePlace();
        Log = await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Place.CloseAsync(Log);
        await Place.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async ValueTask ReopenAsync(bool killed = false)
    {
        await (killed ? Place.KillAsync(Log) : Place.CloseAsync(Log));
        Log = await OpenAsync();
    }

    protected void SkipUnless(LogCapabilities needed) =>
        Assert.SkipUnless(Place.Capabilities.HasFlag(needed), $"This log does not say that it has {needed}.");

    private ValueTask<IEventLog> OpenAsync() => Place.OpenAsync(new Dictionary<string, int> { [Topic] = Partitions, ["other"] = 2 });

    protected static TopicPartition PartitionOf(string key) => new(Topic, Murmur2Partitioner.Partition(key, Partitions));

    protected async Task<AppendResult> AppendOneAsync(LogRecord record) =>
        Assert.Single(await Log.AppendAsync(Topic, [record]).WaitAsync(Limit));

    /// <summary>Everything durable in the partition, from the offset on.</summary>
    protected async Task<List<LogRecord>> ReadAllAsync(TopicPartition partition, long from = 0)
    {
        using var reader = Log.OpenReader(partition, from);
        long high = Log.Watermarks(partition).High;
        var all = new List<LogRecord>();
        while (reader.NextOffset < high)
        {
            var records = await reader.ReadAsync(1000, 1 << 20, TimeSpan.FromSeconds(5)).AsTask().WaitAsync(Limit);
            Assert.True(records.Count > 0, $"{partition} ends at {reader.NextOffset}, its high watermark is {high}");
            all.AddRange(records);
        }
        return all;
    }

    protected static IEnumerable<TopicPartition> AllPartitions => Enumerable.Range(0, Partitions).Select(p => new TopicPartition(Topic, p));

    [Fact]
    public async Task IsEmpty_WhenNothingWasAppended()
    {
        foreach (var partition in AllPartitions)
        {
            Assert.Equal(new LogWatermarks(0, 0), Log.Watermarks(partition));
            Assert.Equal(0, await Log.CommittedAsync("g", partition));
            using var reader = Log.OpenReader(partition, 0);
            Assert.Empty(await reader.ReadAsync(10, 1000, TimeSpan.Zero));
        }
    }

    [Fact]
    public async Task AppendsNothing_WhenTheBatchIsEmpty() => Assert.Empty(await Log.AppendAsync(Topic, []).WaitAsync(Limit));

    [Fact]
    public async Task ReadsBackWhatWasAppended_WhenARecordHasEverything()
    {
        var record = new LogRecord
        {
            Key = "ключ", Source = "src", Id = "i-1", Time = Records.Time.AddTicks(1), ReceivedAt = Records.Time,
            Headers = [new("a", "1"), new("a", "2")], Value = new byte[] { 0, 255, 10 },
        };
        var result = await AppendOneAsync(record);
        Assert.Equal((new Position(Topic, PartitionOf(record.Key).Partition, 0), false), (result.Position, result.Duplicate));
        var read = Assert.Single(await ReadAllAsync(PartitionOf(record.Key)));
        Assert.Equal((0, record.Key, record.Source, record.Id), (read.Offset, read.Key, read.Source, read.Id));
        Assert.Equal((record.Time, record.ReceivedAt), (read.Time, read.ReceivedAt));
        Assert.Equal(record.Headers, read.Headers);
        Assert.Equal(record.Value.ToArray(), read.Value.ToArray());
    }

    [Fact]
    public async Task AnswersInInputOrderWithTheKeysPartition_WhenABatchHasManyKeys()
    {
        var records = Enumerable.Range(0, 500).Select(i => Records.Of($"k{i % 50}", $"{i}", $"{i}")).ToList();
        var results = await Log.AppendAsync(Topic, records).WaitAsync(Limit);
        for (int i = 0; i < records.Count; i++)
        {
            Assert.Equal(PartitionOf(records[i].Key), results[i].Position.TopicPartition);
            using var reader = Log.OpenReader(results[i].Position.TopicPartition, results[i].Position.Offset);
            var read = (await reader.ReadAsync(1, 1, TimeSpan.Zero))[0];
            Assert.True(records[i].Id == read.Id, $"{results[i].Position} holds {read.Id}, answered for {records[i].Id}");
        }
    }

    [Fact]
    public async Task KeepsOrderPerKeyAndAscendingOffsets_WhenBatchesFollow()
    {
        for (int batch = 0; batch < 20; batch++)
            await Log.AppendAsync(Topic, [.. Enumerable.Range(0, 50).Select(i => Records.Of($"k{i % 7}", $"{batch:d3}-{i:d3}"))]).WaitAsync(Limit);
        foreach (var partition in AllPartitions)
        {
            var all = await ReadAllAsync(partition);
            Assert.Equal(all.Select(r => r.Offset).Order(), all.Select(r => r.Offset));
            foreach (var key in all.GroupBy(r => r.Key)) Assert.Equal(key.Select(r => r.Id).Order(StringComparer.Ordinal), key.Select(r => r.Id));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HoldsEverythingAcknowledged_WhenItIsOpenedAgain(bool killed)
    {
        var records = Enumerable.Range(0, 1000).Select(i => Records.Of($"k{i % 20}", $"{i}", new string('x', i % 300))).ToList();
        var results = new List<AppendResult>();
        foreach (var batch in records.Chunk(77)) results.AddRange(await Log.AppendAsync(Topic, batch).WaitAsync(Limit));
        await ReopenAsync(killed);
        var found = new Dictionary<Position, LogRecord>();
        foreach (var partition in AllPartitions)
            foreach (var record in await ReadAllAsync(partition)) found.Add(new Position(Topic, partition.Partition, record.Offset), record);
        Assert.Equal(records.Count, found.Count);
        for (int i = 0; i < records.Count; i++)
            Assert.True(found[results[i].Position].Id == records[i].Id, $"{results[i].Position} holds {found[results[i].Position].Id}, acknowledged {records[i].Id}");
    }

    [Fact]
    public async Task GoesOnAfterTheLastOffset_WhenItIsOpenedAgain()
    {
        var before = await Log.AppendAsync(Topic, [Records.Of("k", "1"), Records.Of("k", "2")]).WaitAsync(Limit);
        await ReopenAsync();
        Assert.True((await AppendOneAsync(Records.Of("k", "3"))).Position.Offset > before[1].Position.Offset);
        Assert.Equal(["1", "2", "3"], (await ReadAllAsync(PartitionOf("k"))).Select(r => r.Id));
    }

    [Fact]
    public async Task NeverGoesBack_WhenASmallerOffsetIsCommitted()
    {
        var partition = new TopicPartition(Topic, 1);
        await Log.CommitAsync("g", partition, 10);
        await Log.CommitAsync("g", partition, 7);
        Assert.Equal(10, await Log.CommittedAsync("g", partition));
        await ReopenAsync();
        await Log.CommitAsync("g", partition, 9);
        Assert.Equal(10, await Log.CommittedAsync("g", partition));
    }

    [Fact]
    public async Task KeepsCommitsApart_WhenGroupOrPartitionDiffers()
    {
        await Log.CommitAsync("g", new TopicPartition(Topic, 1), 10);
        Assert.Equal(0, await Log.CommittedAsync("h", new TopicPartition(Topic, 1)));
        Assert.Equal(0, await Log.CommittedAsync("g", new TopicPartition(Topic, 2)));
        Assert.Equal(0, await Log.CommittedAsync("g", new TopicPartition("other", 1)));
    }
}
