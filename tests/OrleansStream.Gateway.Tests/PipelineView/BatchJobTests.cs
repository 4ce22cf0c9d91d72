using OrleansStream.Gateway.Pipeline.Batch;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Tests.PipelineView;

/// <summary>The job reads the log and nothing else, at its interval, each record once.</summary>
public sealed class BatchJobTests
{
    [Fact]
    public async Task CountsNothing_WhenTheIntervalHasNotPassed()
    {
        await using var bench = new BatchBench();
        await bench.StartAsync();
        await bench.AppendAsync(3);
        var standing = await bench.AdvanceAsync(4.9, polls: 0);
        Assert.Equal((0, 0, 3), (standing.State.Count, standing.State.Polls, standing.Unseen));
        Assert.Equal(4.9, standing.Staleness.TotalSeconds, 3);
    }

    [Fact]
    public async Task CountsWhatCame_WhenTheIntervalHasPassed()
    {
        await using var bench = new BatchBench();
        await bench.StartAsync();
        await bench.AppendAsync(3);
        var standing = await bench.AdvanceAsync(5, polls: 1);
        Assert.Equal((3, 3, 3, 0), (standing.State.Count, standing.State.LastAdded, standing.State.RecordsScanned, standing.Unseen));
        Assert.Equal(TimeSpan.Zero, standing.Staleness);
        Assert.Equal(bench.Time.GetUtcNow(), standing.State.LastRunAt);
    }

    [Fact]
    public async Task CountsAnEmptyPoll_WhenNothingCame()
    {
        await using var bench = new BatchBench();
        await bench.StartAsync();
        await bench.AppendAsync(3);
        await bench.AdvanceAsync(5, polls: 1);
        var standing = await bench.AdvanceAsync(5, polls: 2);
        Assert.Equal((3, 2, 1, 3), (standing.State.Count, standing.State.Polls, standing.State.EmptyPolls, standing.State.LastAdded));
    }

    [Fact]
    public async Task IsAsOldAsTheOldestUnseenRecord_WhenSeveralWait()
    {
        await using var bench = new BatchBench();
        await bench.StartAsync();
        await bench.AppendAsync(2);
        await bench.AdvanceAsync(3, polls: 0);
        await bench.AppendAsync(5);
        Assert.Equal(4, (await bench.AdvanceAsync(1, polls: 0)).Staleness.TotalSeconds, 3);
    }

    [Fact]
    public async Task BeginsAtTheOldestRecord_WhenTheLogIsOlderThanTheJob()
    {
        await using var bench = new BatchBench();
        await bench.AppendAsync(10);
        await bench.StartAsync();
        Assert.Equal(10, (await bench.AdvanceAsync(5, polls: 1)).State.Count);
    }

    [Fact]
    public async Task LeavesTheRestToTheNextBatchAtOnce_WhenThereIsMoreThanOneMayTake()
    {
        await using var bench = new BatchBench(batchRecords: 4);
        await bench.AppendAsync(10);
        await bench.StartAsync();
        var standing = await bench.AdvanceAsync(5, polls: 3);
        Assert.Equal((10, 0, 10), (standing.State.Count, standing.Unseen, standing.State.RecordsScanned));
    }

    [Fact]
    public async Task GoesOnWhereItStopped_WhenStartedAgain()
    {
        await using var bench = new BatchBench();
        await bench.StartAsync();
        await bench.AppendAsync(3);
        await bench.AdvanceAsync(5, polls: 1);
        await bench.AppendAsync(2);
        await bench.RestartAsync();
        var standing = await bench.AdvanceAsync(5, polls: 2);
        Assert.Equal((5, 2), (standing.State.Count, standing.State.LastAdded));
    }

    [Fact]
    public async Task CountsOnce_WhenTheStoreWasBrokenForAWhile()
    {
        await using var bench = new BatchBench();
        await bench.StartAsync();
        await bench.AppendAsync(3);
        bench.Store.Broken = true;
        var standing = await bench.AdvanceAsync(5, polls: 0);
        Assert.Equal(0, standing.State.Count);
        bench.Store.Broken = false;
        standing = await bench.UntilPolledAsync(1, TimeSpan.FromSeconds(1));
        Assert.Equal((3, 1), (standing.State.Count, standing.State.Polls));
    }

    [Fact]
    public async Task CountsOnce_WhenTheLogCouldNotBeReadForAWhile()
    {
        await using var bench = new BatchBench();
        await bench.AppendAsync(4);
        await bench.StartAsync();
        var failed = new TaskCompletionSource();
        bench.Log.FailRead = _ =>
        {
            failed.TrySetResult();
            return new LogUnavailableException("Not now.");
        };
        bench.Time.Advance(TimeSpan.FromSeconds(6));
        await failed.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        bench.Log.FailRead = _ => null;
        Assert.Equal(4, (await bench.UntilPolledAsync(1, TimeSpan.FromSeconds(1))).State.Count);
    }

    [Fact]
    public async Task CountsRecordsNotOffsets_WhenTheLogHasHoles()
    {
        await using var bench = new BatchBench();
        bench.Log.Hole = record => record.Id == "tx-2" ? 1_000_000 : 0;
        await bench.StartAsync();
        await bench.AppendAsync(4);
        Assert.Equal(4, (await bench.AdvanceAsync(5, polls: 1)).State.Count);
    }

    [Fact]
    public async Task SparesFromRetentionWhatNoBatchHasSeen_WhenTheLogIsTrimmed()
    {
        await using var bench = new BatchBench();
        await bench.StartAsync();
        await bench.AppendAsync(4);
        await bench.AdvanceAsync(5, polls: 1);
        await bench.AppendAsync(4);
        foreach (int partition in (int[])[0, 1]) await bench.Log.TrimAsync(BatchBench.First with { Partition = partition }, long.MaxValue, CancellationToken.None);
        Assert.Equal(4, bench.Log.Read(BatchBench.First.Topic).Count);
        Assert.Equal(8, (await bench.AdvanceAsync(5, polls: 2)).State.Count);
    }

    [Fact]
    public async Task RunsAtTheNewInterval_WhenItIsMadeShorter()
    {
        await using var bench = new BatchBench();
        await bench.StartAsync();
        await bench.AppendAsync(1);
        await bench.SetIntervalAsync(1);
        Assert.Equal(1, (await bench.AdvanceAsync(1, polls: 1)).State.Count);
    }

    [Fact]
    public async Task KeepsItsInterval_WhenStartedAgain()
    {
        await using var bench = new BatchBench();
        await bench.StartAsync();
        await bench.SetIntervalAsync(30);
        await bench.RestartAsync();
        await bench.AppendAsync(1);
        Assert.Equal(0, (await bench.AdvanceAsync(29, polls: 0)).State.Polls);
        Assert.Equal(30, (await bench.AdvanceAsync(1, polls: 1)).State.IntervalSeconds);
    }

    [Fact]
    public async Task WritesNothing_WhenPollsAreEmpty()
    {
        await using var bench = new BatchBench();
        await bench.StartAsync();
        await bench.AdvanceAsync(5, polls: 1);
        await bench.AdvanceAsync(5, polls: 2);
        Assert.Equal(0, bench.Store.Writes);
    }

    [Fact]
    public async Task TellsWhatEachPartitionHas_WhenABatchFoundSomething()
    {
        await using var bench = new BatchBench();
        var told = new TaskCompletionSource<BatchRun>();
        bench.Job.Ran += run => told.TrySetResult(run);
        await bench.StartAsync();
        await bench.AppendAsync(7);
        await bench.AdvanceAsync(5, polls: 1);
        var run = await told.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal((7, 7, 5.0), (run.Added, run.Count, run.IntervalSeconds));
        Assert.Equal(7, run.Positions[BatchBench.First.Topic].Sum());
    }
}
