using Microsoft.Extensions.Time.Testing;
using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Embedded;

public sealed class EmbeddedReaderTests : IAsyncLifetime
{
    private static readonly TopicPartition Partition = new("events", 0);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly EmbeddedLogFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private EmbeddedLog _log = null!;

    public ValueTask InitializeAsync()
    {
        _log = _folder.Open(_time, Small);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task WakesOnCommit_WhenAReadIsParked()
    {
        using var reader = _log.OpenReader(Partition, 0);
        var parked = reader.ReadAsync(10, 1000, TimeSpan.FromHours(1)).AsTask();
        Assert.False(parked.IsCompleted);
        await AppendAsync(0, 1);
        Assert.Equal([0], (await parked.WaitAsync(Limit)).Select(r => r.Offset));
    }

    [Fact]
    public async Task IsEmpty_WhenTheWaitPassedWithoutARecord()
    {
        using var reader = _log.OpenReader(Partition, 0);
        var parked = reader.ReadAsync(10, 1000, TimeSpan.FromSeconds(30)).AsTask();
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(parked.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(await parked.WaitAsync(Limit));
        Assert.Equal(0, reader.NextOffset);
    }

    [Fact]
    public async Task IsCancelledAndUsableAgain_WhenTheTokenIsCancelled()
    {
        using var reader = _log.OpenReader(Partition, 0);
        using var cancel = new CancellationTokenSource();
        var parked = reader.ReadAsync(10, 1000, TimeSpan.FromHours(1), cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => parked.WaitAsync(Limit));
        await AppendAsync(0, 1);
        Assert.Single(await reader.ReadAsync(10, 1000, TimeSpan.Zero));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(499)]
    [InlineData(500)]
    [InlineData(998)]
    public async Task StartsAtTheOffset_WhereverItLies(int offset)
    {
        await AppendAsync(0, 1000);
        using var reader = _log.OpenReader(Partition, offset);
        Assert.Equal(Enumerable.Range(offset, 1000 - offset).Select(i => (long)i), await DrainAsync(reader, 1000));
    }

    [Fact]
    public async Task WaitsForTheOffset_WhenItIsBeyondTheEnd()
    {
        await AppendAsync(0, 5);
        using var reader = _log.OpenReader(Partition, 7);
        var parked = reader.ReadAsync(10, 1000, TimeSpan.Zero);
        Assert.Empty(await parked);
        await AppendAsync(5, 5);
        Assert.Equal([7, 8, 9], await DrainAsync(reader, 10));
    }

    [Theory]
    [InlineData(1, int.MaxValue, 1)]
    [InlineData(5, int.MaxValue, 5)]
    [InlineData(int.MaxValue, 1, 1)]
    public async Task StaysWithinItsBounds_OnDiskAndInMemory(int maxRecords, int maxBytes, int expected)
    {
        await AppendAsync(0, 100);
        using var disk = _log.OpenReader(Partition, 0);
        using var memory = _log.OpenReader(Partition, 95);
        Assert.Equal(expected, (await disk.ReadAsync(maxRecords, maxBytes, TimeSpan.Zero)).Count);
        Assert.Equal(expected, (await memory.ReadAsync(maxRecords, maxBytes, TimeSpan.Zero)).Count);
    }

    /// <summary>Readers start anywhere and cross from disk into memory while records are appended: each sees every offset once.</summary>
    [Fact]
    public async Task HasNoGapAndNoDouble_WhenItCatchesUpDuringAppends()
    {
        const int records = 6_000, readers = 6;
        int seed = TestSeed.Next();
        await AppendAsync(0, 500);
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = Enumerable.Range(0, readers).Select(async number =>
        {
            await start.Task;
            var random = new Random(seed + number);
            long from = random.Next(500);
            using var reader = _log.OpenReader(Partition, from);
            for (long next = from; next < records;)
            {
                var read = await reader.ReadAsync(1 + random.Next(60), 1 + random.Next(20_000), TimeSpan.FromHours(1)).AsTask().WaitAsync(Limit);
                foreach (var record in read)
                {
                    Assert.True(record.Offset == next, $"seed {seed}, reader {number}: offset {record.Offset} after {next - 1}");
                    Assert.True(record.Id == $"id-{next}", $"seed {seed}, reader {number}: offset {next} holds {record.Id}");
                    next++;
                }
                Assert.Equal(next, reader.NextOffset);
            }
        }).ToList();
        start.SetResult();
        var sizes = new Random(seed);
        for (int at = 500; at < records;)
        {
            int count = Math.Min(1 + sizes.Next(80), records - at);
            await AppendAsync(at, count, sizes.Next(2_000));
            at += count;
        }
        await Task.WhenAll(reading).WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static void Small(EmbeddedLogOptions options)
    {
        options.TailRecords = 50;
        options.Topics["events"] = 1;
    }

    private Task<AppendResult[]> AppendAsync(int first, int count, int valueBytes = 10) =>
        _log.AppendAsync("events", [.. Enumerable.Range(first, count).Select(i => Records.At(i, $"k{i % 5}", valueBytes))]).WaitAsync(Limit);

    private static async Task<List<long>> DrainAsync(ILogReader reader, long until)
    {
        var offsets = new List<long>();
        while (reader.NextOffset < until)
        {
            var read = await reader.ReadAsync(100, 10_000, TimeSpan.Zero);
            Assert.True(read.Count > 0, $"ends at {reader.NextOffset}");
            offsets.AddRange(read.Select(r => r.Offset));
        }
        return offsets;
    }
}
