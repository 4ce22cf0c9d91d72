using Microsoft.Extensions.Options;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Replay;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Streams.Tests.Replay;

public sealed class SharedScansTests
{
    private static readonly TopicPartition Partition = new("in", 0);
    private readonly FakeEventLog _log = new(new Dictionary<string, int> { ["in"] = 1 }, TimeProvider.System);
    private readonly ReplayOptions _options = new() { ChunkRecords = 16 };
    private int _reads;

    [Fact]
    public async Task ReadsEachChunkOnce_WhenManyReplaysReadTheSame()
    {
        await AppendAsync(160);
        var scans = Scans();
        _log.FailRead = Count;
        using var slots = new ReplaySlots(Options.Create(_options));
        var reader = new ReplayReader(_log, scans, slots, Options.Create(_options));
        var sums = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            int records = 0;
            await foreach (var batch in reader.ReadAsync(new ReplayRange(Partition, i, 160))) records += batch.Records.Count;
            return records;
        }));
        Assert.Equal(Enumerable.Range(0, 8).Select(i => 160 - i), sums);
        Assert.Equal(10, _reads);
    }

    [Fact]
    public async Task WaitsForTheReadUnderWay_WhenAnotherAsksForTheSameChunk()
    {
        await AppendAsync(32);
        using var go = new ManualResetEventSlim();
        _log.FailRead = partition =>
        {
            go.Wait(Wait.Limit);
            return Count(partition);
        };
        _options.CacheBytes = 0;
        var scans = Scans();
        var first = scans.GetAsync(Partition, 0);
        Assert.Same(first, scans.GetAsync(Partition, 0));
        Assert.NotSame(first, scans.GetAsync(Partition, 16));
        go.Set();
        Assert.Equal(16, (await first).Until);
        Assert.Equal(0, scans.Bytes);
    }

    [Fact]
    public async Task AsksTheLogAgain_WhenAReadFailed()
    {
        await AppendAsync(16);
        _log.FailRead = _ => new LogUnavailableException("down");
        var scans = Scans();
        await Assert.ThrowsAsync<LogUnavailableException>(() => scans.GetAsync(Partition, 0));
        _log.FailRead = _ => null;
        Assert.Equal(16, (await scans.GetAsync(Partition, 0)).Records.Count);
    }

    [Fact]
    public async Task KeepsNoMoreThanItMay_WhenChunksAreMany()
    {
        await AppendAsync(320);
        long one = (await Scans().GetAsync(Partition, 0)).Size;
        _options.CacheBytes = one * 3;
        var scans = Scans();
        for (long start = 0; start < 320; start += 16)
        {
            await scans.GetAsync(Partition, start);
            Assert.InRange(scans.Bytes, 1, _options.CacheBytes);
        }
        _log.FailRead = Count;
        await scans.GetAsync(Partition, 304);
        Assert.Equal(0, _reads);
        await scans.GetAsync(Partition, 0);
        Assert.Equal(1, _reads);
    }

    /// <summary>The next read gives what was appended since: a chunk that ends with the log is nobody's to keep.</summary>
    [Fact]
    public async Task GivesWhatCameSince_WhenAChunkEndedWithTheLog()
    {
        await AppendAsync(10);
        var scans = Scans();
        Assert.Equal(10, (await scans.GetAsync(Partition, 0)).Until);
        await AppendAsync(10, from: 10);
        Assert.Equal(16, (await scans.GetAsync(Partition, 0)).Until);
        Assert.Equal(16, (await scans.GetAsync(Partition, 10)).Until);
    }

    [Fact]
    public async Task EndsEarlier_WhenRecordsAreLarge()
    {
        _options.ChunkBytes = 5_000;
        await _log.AppendAsync("in", [.. Enumerable.Range(0, 16).Select(i => Records.Of("k", $"{i}", new string('x', 1_000)))]);
        var chunk = await Scans().GetAsync(Partition, 0);
        Assert.InRange(chunk.Until, 4, 5);
        Assert.True(chunk.IsWhole);
        Assert.Equal(chunk.Until, chunk.Records.Count);
    }

    private SharedScans Scans() => new(_log, Options.Create(_options));

    private Exception? Count(TopicPartition partition)
    {
        Interlocked.Increment(ref _reads);
        return null;
    }

    private async Task AppendAsync(int count, int from = 0) => await _log.AppendAsync("in", [.. Enumerable.Range(from, count).Select(i => Records.Of("k", $"{i}"))]);
}
