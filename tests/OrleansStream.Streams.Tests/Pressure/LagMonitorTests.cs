using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Pressure;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Streams.Tests.Pressure;

public sealed class LagMonitorTests : IDisposable
{
    private static readonly TopicPartition Partition = new("in", 0), Other = new("in", 1);
    private readonly FakeTimeProvider _time = new(Records.Time);
    private readonly FakeEventLog _log;
    private readonly LagMonitor _monitor;

    public LagMonitorTests()
    {
        _log = new FakeEventLog(new Dictionary<string, int> { ["in"] = 2, ["out"] = 1 }, _time);
        var options = Options.Create(new PressureOptions { MaxLagRecords = 10, MaxWatermarkAge = TimeSpan.FromSeconds(60), MaxStall = TimeSpan.FromSeconds(20) });
        _monitor = new LagMonitor(
            _log, new ProcessorRegistry([new ChainProcessor(new ProcessorFaults())]), options, Options.Create(new StreamEngineOptions()), _time, NullLogger<LagMonitor>.Instance);
    }

    public void Dispose() => _monitor.Dispose();

    [Fact]
    public async Task TakesRecords_WhileFewWait()
    {
        await AppendAsync(10);
        Assert.Equal(10, _monitor.Lags[Partition].Records);
        Assert.Null(_monitor.Check("in"));
    }

    /// <summary>After a crash offsets skip ahead, by up to a million.</summary>
    [Fact]
    public async Task TakesRecords_WhenOffsetsAreLeftOut()
    {
        _log.Hole = _ => 1_000;
        await AppendAsync(2);
        Assert.True(_monitor.Lags[Partition].High > 2_000);
        Assert.Equal(2, _monitor.Lags[Partition].Records);
        Assert.Null(_monitor.Check("in"));
    }

    [Fact]
    public async Task RefusesAndTakesAgain_WhenTooManyWaitAndThenAreApplied()
    {
        await AppendAsync(11);
        Assert.Equal("lag", _monitor.Check("in")!.Policy);
        Assert.Null(_monitor.Check("other"));
        await _log.CommitAsync(new StreamEngineOptions().Group, Partition, 11);
        await _monitor.LookAsync(default);
        Assert.Null(_monitor.Check("in"));
    }

    [Fact]
    public async Task Refuses_WhenARecordWaitsTooLong()
    {
        await AppendAsync(1);
        for (int second = 0; second <= 60; second++)
        {
            Assert.Null(_monitor.Check("in"));
            _time.Advance(TimeSpan.FromSeconds(1));
            // The other partition moves: it is one key that stands still, and no outage.
            await MoveOtherAsync(second);
        }
        Assert.Equal("watermark-age", _monitor.Check("in")!.Policy);
    }

    [Fact]
    public async Task RefusesAndTakesAgain_WhenNothingIsCommittedAndThenSomethingIs()
    {
        await AppendAsync(1);
        await MoveOtherAsync(0);
        for (int second = 0; second <= 20; second++)
        {
            Assert.Null(_monitor.Check("in"));
            _time.Advance(TimeSpan.FromSeconds(1));
            await _monitor.LookAsync(default);
        }
        var pressure = _monitor.Check("in")!;
        Assert.Equal(("stalled", TimeSpan.FromSeconds(2)), (pressure.Policy, pressure.RetryAfter));
        await MoveOtherAsync(1);
        Assert.Null(_monitor.Check("in"));
    }

    [Fact]
    public async Task TakesRecords_WhenNothingCameForLong()
    {
        await AppendAsync(1);
        await _log.CommitAsync(new StreamEngineOptions().Group, Partition, 1);
        for (int second = 0; second < 100; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await _monitor.LookAsync(default);
        }
        Assert.Null(_monitor.Check("in"));
        await AppendAsync(1);
        Assert.Null(_monitor.Check("in"));
    }

    private async Task MoveOtherAsync(int number)
    {
        await _log.AppendAsync("in", [Records.Of(KeyIn(Other), $"other-{number}")]);
        await _log.CommitAsync(new StreamEngineOptions().Group, Other, _log.Watermarks(Other).High);
        await _monitor.LookAsync(default);
    }

    private static string KeyIn(TopicPartition partition) =>
        Enumerable.Range(0, 100).Select(i => $"k{i}").First(key => Murmur2Partitioner.Partition(key, 2) == partition.Partition);

    private async Task AppendAsync(int count)
    {
        await _log.AppendAsync("in", [.. Enumerable.Range(0, count).Select(i => Records.Of(KeyIn(Partition), $"{Guid.NewGuid()}"))]);
        await _monitor.LookAsync(default);
    }
}
