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
    private static readonly TopicPartition Partition = new("in", 0);
    private readonly FakeTimeProvider _time = new(Records.Time);
    private readonly FakeEventLog _log;
    private readonly LagMonitor _monitor;

    public LagMonitorTests()
    {
        _log = new FakeEventLog(new Dictionary<string, int> { ["in"] = 1, ["out"] = 1 }, _time);
        var options = Options.Create(new PressureOptions { MaxLagRecords = 10, MaxWatermarkAge = TimeSpan.FromSeconds(60) });
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
        _time.Advance(TimeSpan.FromSeconds(61));
        await _monitor.LookAsync(default);
        Assert.Equal("watermark-age", _monitor.Check("in")!.Policy);
    }

    private async Task AppendAsync(int count)
    {
        await _log.AppendAsync("in", [.. Enumerable.Range(0, count).Select(i => Records.Of("k", $"{i}"))]);
        await _monitor.LookAsync(default);
    }
}
