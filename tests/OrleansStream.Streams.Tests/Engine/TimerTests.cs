using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Engine;

/// <summary>Timers come due as records of the key's topic, once, however often the process that appends them dies.</summary>
public sealed class TimerTests : EngineHarness
{
    [Fact]
    public async Task IsAppliedOnce_WhenATimerComesDue()
    {
        await SetAsync("k", "timer ring 0");
        await WaitForOutputsAsync("k", "k-000000#1", "ring#2");
        Assert.Empty(await DueAsync());
    }

    [Fact]
    public async Task IsNotApplied_WhenATimerWasCancelledBeforeItsRecordWasApplied()
    {
        Store.Freeze();
        await SetAsync("k", "timer ring 0", "cancel ring");
        Store.Thaw();
        await WaitForOutputsAsync("k", "k-000000#1", "k-000001#2");
        Assert.Empty(await DueAsync());
    }

    [Fact]
    public async Task IsForgotten_WhenItsRecordIsPoison()
    {
        await SetAsync("k", "timer poison 0");
        await Wait.UntilAsync(() => Log.Read(OrleansStream.Streams.Processing.DeadLetter.TopicName).Count == 1, "a dead letter");
        await WaitUntilAppliedAsync("poison");
        Assert.Empty(await DueAsync());
    }

    [Fact]
    public async Task ComesAtTheLaterTime_WhenATimerIsMoved()
    {
        await SetAsync("k", "timer ring 86400000", "timer ring 0");
        await WaitForOutputsAsync("k", "k-000000#1", "k-000001#2", "ring#3");
    }

    [Fact]
    public async Task IsAppliedOnce_WhenAppendingItsRecordFailsAndTheSiloDies()
    {
        int failures = 3;
        Log.FailAppend = (topic, records) => records[0].Source == "timer" && failures-- > 0 ? new TimeoutException("log") : null;
        await SetAsync("k", "timer ring 0");
        await WaitForOutputsAsync("k", "k-000000#1", "ring#2");
        await Cluster.KillSiloAsync(Cluster.Silos[0]);
        await Cluster.DisposeAsync();
        await StartAsync();
        await SetAsync("k", "after");
        await WaitForOutputsAsync("k", "k-000000#1", "ring#2", "k-000001#3");
    }

    private Task SetAsync(string key, params string[] texts)
    {
        var queue = new Queue<string>(texts);
        return AppendAsync(texts.Select(_ => key), _ => queue.Dequeue());
    }

    private async Task<IReadOnlyList<DueTimer>> DueAsync() =>
        await Store.ReadDueTimersAsync(new TopicPartition("in", Murmur2Partitioner.Partition("k", Partitions)), DateTimeOffset.MaxValue, 10);

    private async Task WaitForOutputsAsync(string key, params string[] expected)
    {
        await Wait.UntilAsync(() => Log.Read("out").Count(r => r.Key == key) >= expected.Length, $"{expected.Length} outputs");
        await WaitUntilAppliedAsync("outputs");
        Assert.Equal(expected, Log.Read("out").Where(r => r.Key == key).Select(Records.Text));
    }
}
