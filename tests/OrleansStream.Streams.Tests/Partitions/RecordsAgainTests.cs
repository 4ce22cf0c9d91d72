using Microsoft.Extensions.Logging.Abstractions;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Partitions;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Streams.Tests.Partitions;

/// <summary>What was applied and never stored is read again from the log.</summary>
public sealed class RecordsAgainTests
{
    private static readonly TopicPartition Partition = new("t", 0);
    private readonly FakeEventLog _log = new(new Dictionary<string, int> { ["t"] = 1 }, TimeProvider.System);
    private readonly RecordsAgain _again;

    public RecordsAgainTests() => _again = new RecordsAgain(
        _log, Partition, new StreamEngineOptions { ContainerRecords = 3, RetryDelay = TimeSpan.FromMilliseconds(1), MaxRetryDelay = TimeSpan.FromMilliseconds(1) }, TimeProvider.System, NullLogger.Instance);

    [Fact]
    public async Task GivesThoseThatAreAskedFor_AcrossContainersAndHoles()
    {
        _log.Hole = record => record.Id == "r5" ? 7 : 0;
        await AppendAsync(12);
        var found = await _again.ReadAsync(new HashSet<long> { 1, 4, 12, 18 }, () => false);
        Assert.Equal([(1, "r1"), (4, "r4"), (12, "r5"), (18, "r11")], found.OrderBy(r => r.Key).Select(r => (r.Key, r.Value.Id)));
    }

    [Fact]
    public async Task GoesOnWhereItWas_WhenTheLogCannotBeReadForAWhile()
    {
        await AppendAsync(10);
        int reads = 0;
        _log.FailRead = _ => ++reads % 2 == 1 ? new LogUnavailableException("Not now.") : null;
        var found = await _again.ReadAsync(Enumerable.Range(0, 10).Select(i => (long)i).ToHashSet(), () => false);
        Assert.Equal(10, found.Count);
        Assert.True(reads > 4, $"{reads} reads");
    }

    [Fact]
    public async Task LeavesOutWhatTheLogHasNoMore()
    {
        await AppendAsync(10);
        await _log.TrimAsync(Partition, 5, TestContext.Current.CancellationToken);
        var found = await _again.ReadAsync(new HashSet<long> { 2, 4, 5, 9 }, () => false);
        Assert.Equal([5, 9], found.Keys.Order());
    }

    [Fact]
    public async Task Ends_WhenNobodyNeedsThemAnyMore()
    {
        await AppendAsync(1);
        _log.FailRead = _ => new LogUnavailableException("Not now.");
        int asked = 0;
        Assert.Empty(await _again.ReadAsync(new HashSet<long> { 0 }, () => ++asked > 5));
    }

    private Task AppendAsync(int count) => _log.AppendAsync("t", [.. Enumerable.Range(0, count).Select(i => Records.Of("k", $"r{i}"))], TestContext.Current.CancellationToken);
}
