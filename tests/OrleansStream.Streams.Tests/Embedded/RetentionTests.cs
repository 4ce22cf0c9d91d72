using Microsoft.Extensions.Time.Testing;
using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Tests.Embedded.Faults;

namespace OrleansStream.Streams.Tests.Embedded;

/// <summary>Retention by time and bytes on the log's own timer; what it spares whatever else says.</summary>
public sealed class RetentionTests
{
    private const int PerFile = 10;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(60);
    private readonly FaultyFileSystem _files = new();
    private readonly FakeTimeProvider _time = new(Records.Time);
    private readonly RecordingLogger<EmbeddedLog> _logger = new();

    [Fact]
    public async Task RemovesFilesByTime_WhenTheirNewestRecordIsTooOld()
    {
        await using var log = Open(o => o.Retention.Time = TimeSpan.FromHours(1));
        await FillAsync(log, 0, 50);
        _time.Advance(TimeSpan.FromMinutes(50));
        await FillAsync(log, 50, 50);
        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(0, Low(log));
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.InRange(Low(log), 50 - PerFile, 50);
        Assert.Equal(100, log.Watermarks(FaultyLog.Partition).High);
    }

    [Fact]
    public async Task KeepsNoLessThanTheBytes_WhenFilesAreRemovedBySize()
    {
        await using var log = Open(o => o.Retention.Bytes = 5_000);
        await FillAsync(log, 0, 200);
        _time.Advance(Tick);
        Assert.InRange(SegmentBytes(), 5_000, 5_000 + 2 * 1_300);
        Assert.True(Low(log) > 100, $"low is {Low(log)}");
    }

    [Fact]
    public async Task RemovesWithoutWaitingForTheTimer_WhenAFileWasStarted()
    {
        await using var log = Open(o => o.Retention.Bytes = 0);
        await FillAsync(log, 0, 50);
        await Wait.UntilAsync(() => FaultyLog.Segments(_files).Count <= 2, "old files are gone");
    }

    [Fact]
    public async Task StartsANewFile_WhenTheNewestIsOldAndNothingIsAppended()
    {
        await using var log = Open(o => o.Retention.Time = TimeSpan.FromHours(1));
        await FaultyLog.AppendAsync(log, 0, 3);
        for (int i = 0; i < 62; i++) _time.Advance(Tick);
        await Wait.UntilAsync(() =>
        {
            _time.Advance(Tick);
            return Low(log) == 3;
        }, "a new file is started and the old one gone");
        Assert.Equal(new LogWatermarks(3, 3), log.Watermarks(FaultyLog.Partition));
        await log.DisposeAsync();
        await using var again = Open();
        Assert.Equal(new LogWatermarks(3, 3), again.Watermarks(FaultyLog.Partition));
        Assert.Equal(3, (await FaultyLog.AppendAsync(again, ["next"]))[0].Position.Offset);
    }

    [Fact]
    public async Task SparesWhatAConsumerHasNotCommitted_HoweverOld()
    {
        await using var log = Open(o => o.Retention.Time = TimeSpan.FromHours(1));
        await log.CommittedAsync("g", FaultyLog.Partition);
        await FillAsync(log, 0, 100);
        _time.Advance(TimeSpan.FromDays(30));
        Assert.Equal(0, Low(log));
        await log.CommitAsync("g", FaultyLog.Partition, 45);
        _time.Advance(Tick);
        Assert.InRange(Low(log), 45 - PerFile, 45);
    }

    [Fact]
    public async Task PassesOverAHoldWithOneWarning_WhenItKeepsTooMuch()
    {
        await using var log = Open(o => (o.Retention.Bytes, o.MaxHeldBytes) = (2_000, 6_000));
        using var held = log.Hold(FaultyLog.Partition, 0);
        await FillAsync(log, 0, 50);
        _time.Advance(Tick);
        Assert.Equal(0, Low(log));
        Assert.Empty(_logger.Warnings);
        await FillAsync(log, 50, 100);
        _time.Advance(Tick);
        _time.Advance(Tick);
        Assert.InRange(SegmentBytes(), 8_000, 8_000 + 2 * 1_300);
        Assert.Contains("holds records from offset 0", Assert.Single(_logger.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HasItsOwnRetention_WhenATopicIsNamed()
    {
        await using var log = Open(o =>
        {
            o.Retention.Time = null;
            o.TopicRetention[FaultyLog.Topic] = new() { Time = TimeSpan.FromMinutes(5) };
            o.Topics["forever"] = 1;
        });
        await FillAsync(log, 0, 50);
        for (int i = 0; i < 50; i++) await log.AppendAsync("forever", [Records.Of("k", $"{i}", new string('x', 60))]).WaitAsync(FaultyLog.Limit);
        _time.Advance(TimeSpan.FromDays(400));
        Assert.InRange(Low(log), 50 - PerFile, 50);
        Assert.Equal(0, log.Watermarks(new TopicPartition("forever", 0)).Low);
    }

    /// <summary>A crash between any two steps of a removal: what is left opens, and nothing at or after the low watermark is gone.</summary>
    [Fact]
    public async Task OpensWhole_WhicheverOperationOfARemovalFails()
    {
        for (int at = 0; at < 12; at++)
        {
            var files = new FaultyFileSystem();
            await using var log = FaultyLog.Open(files, o => o.SegmentBytes = 1_000);
            await FillAsync(log, 0, 50);
            files.LosePowerAt(at, seed: at);
            await log.TrimAsync(FaultyLog.Partition, 40);
            if (files.AfterPowerLoss is not { } left) continue;
            await using var again = FaultyLog.Open(left, o => o.SegmentBytes = 1_000);
            var ids = (await FaultyLog.ReadAllAsync(again)).ConvertAll(r => (int)r.Offset);
            Assert.Equal(Enumerable.Range(ids[0], 50 - ids[0]), ids);
            Assert.Equal(ids[0], again.Watermarks(FaultyLog.Partition).Low);
            Assert.True(ids[0] <= 40, $"operation {at}: starts at {ids[0]}");
        }
    }

    private EmbeddedLog Open(Action<EmbeddedLogOptions>? configure = null) => FaultyLog.Open(_files, o =>
    {
        o.SegmentBytes = 1_000;
        configure?.Invoke(o);
    }, _time, _logger);

    private async Task FillAsync(EmbeddedLog log, int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            await log.AppendAsync(FaultyLog.Topic, [new LogRecord { Key = "k", Id = $"{i}", Time = Records.Time, ReceivedAt = _time.GetUtcNow(), Value = new byte[60] }])
                .WaitAsync(FaultyLog.Limit);
        }
    }

    private static long Low(EmbeddedLog log) => log.Watermarks(FaultyLog.Partition).Low;

    private long SegmentBytes() => _files.Files().Where(f => FaultyLog.Segments(_files).Contains(f.Path)).Sum(f => (long)f.Length);
}
