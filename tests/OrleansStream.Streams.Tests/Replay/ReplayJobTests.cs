using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Jobs;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.Replay;
using OrleansStream.Streams.Tests.Engine;

namespace OrleansStream.Streams.Tests.Replay;

/// <summary>Replays as jobs, through a whole silo.</summary>
public sealed class ReplayJobTests : EngineHarness
{
    private IServiceProvider Services => Cluster.Silos[0].ServiceProvider;

    private JobClient Jobs => Services.GetRequiredService<JobClient>();

    private protected override void AddServices(IServiceCollection services) => services.Configure<ReplayOptions>(options =>
    {
        (options.ChunkRecords, options.RecordsPerCall) = (16, 7);
        options.SaveInterval = options.AttendInterval = TimeSpan.FromMilliseconds(10);
    });

    [Theory]
    [InlineData("orleansstream", 300)]
    [InlineData("group:orleansstream", 300)]
    [InlineData("k3", 30)]
    [InlineData("key:k3", 30)]
    public async Task PublishesAgainUnderTheSameIdsAndChangesNothing_WhenTheTargetIs(string target, int delivered)
    {
        await AppendAsync(300, keys: 10);
        await WaitUntilAppliedAsync("load");
        int before = Log.HandedInTo("out").Count;
        var job = await FinishAsync(await StartJobAsync("earliest", null, target));
        Assert.Equal((JobStatus.Completed, null), (job.Status, job.Error));
        Assert.Equal((delivered, delivered, delivered), ((int)job.Progress.Delivered, (int)job.Progress.Applied, (int)job.Progress.Published));
        Assert.Equal((job.Progress.Total, 100), (job.Progress.Scanned, job.Progress.Percent));
        var again = Log.HandedInTo("out").Skip(before).ToList();
        Assert.Equal(delivered, again.Count);
        Assert.All(again, a => Assert.True(a.Duplicate, $"{a.Record.Id} was not published before"));
        await AssertAppliedOnceAsync("after the replay");
    }

    [Fact]
    public async Task HandsNoTombstonesToKeys_WhenAProducerDeletedThemThere()
    {
        await AppendAsync(20, keys: 10);
        await Log.AppendAsync("in", [Records.Tombstone("k3", "deleted"), Records.Tombstone("k99", "never-there")]);
        await WaitUntilAppliedAsync("load");
        var job = await FinishAsync(await StartJobAsync("earliest", null, "orleansstream"));
        Assert.Equal((JobStatus.Completed, 20), (job.Status, (int)job.Progress.Published));
        Assert.Empty(Log.HandedInTo(DeadLetter.TopicName));
        Assert.Equal((2, 0), ((await DurableAsync("k3")).Count, (await DurableAsync("k99")).Count));
    }

    /// <summary>Each call reads around the offsets it is asked for: twice the history, twice the reads.</summary>
    [Fact]
    public async Task ReadsEachChunkOfHistoryAFewTimes_WhenOneKeyIsHot()
    {
        for (int i = 0; i < 100; i++)
        {
            await AppendAsync(20, keys: 1);
            await WaitUntilAppliedAsync("load");
        }
        int chunks = Store.ChunkCount(EngineUnderTest.KeyId("k0")), before = Store.ChunksRead;
        var job = await FinishAsync(await StartJobAsync("earliest", null, "k0"));
        Assert.Equal((JobStatus.Completed, 2_000), (job.Status, (int)job.Progress.Published));
        int calls = 2_000 / 7 + 2_000 / 16;
        Assert.InRange(Store.ChunksRead - before, 1, 2 * chunks + 5 * calls);
    }

    [Fact]
    public async Task WaitsForWhatIsNotAppliedYet_WhenItReachesTheHead()
    {
        Store.Freeze();
        await AppendAsync(100, keys: 10);
        var starting = StartJobAsync("earliest", null, "orleansstream");
        Store.Thaw();
        var job = await FinishAsync(await starting);
        Assert.Equal((JobStatus.Completed, 100, 100), (job.Status, (int)job.Progress.Applied, (int)job.Progress.Published));
        await AssertAppliedOnceAsync("after the replay");
    }

    [Fact]
    public async Task GoesOnAfterARestart_WhenTheSiloIsKilled()
    {
        await AppendAsync(400, keys: 20);
        await WaitUntilAppliedAsync("load");
        int before = Log.HandedInTo("out").Count;
        Log.FailAppend = (topic, _) => topic == "out" && Log.HandedInTo("out").Count >= before + 100 ? new LogUnavailableException("down") : null;
        var job = await StartJobAsync("earliest", null, "orleansstream");
        await Wait.UntilAsync(() => Log.HandedInTo("out").Count >= before + 100, "the replay is under way");
        await Cluster.KillSiloAsync(Cluster.Silos[0]);
        await Cluster.DisposeAsync();
        Log.FailAppend = (_, _) => null;
        await StartAsync();
        job = await FinishAsync(job);
        Assert.Equal((JobStatus.Completed, 400), (job.Status, (int)job.Progress.Delivered));
        Assert.Equal(400, Log.HandedInTo("out").Skip(before).Select(o => o.Record.Id).Distinct().Count());
        await AssertAppliedOnceAsync("after the restart");
    }

    [Fact]
    public async Task EndsWhereItIs_WhenItIsCancelled()
    {
        await AppendAsync(200, keys: 10);
        await WaitUntilAppliedAsync("load");
        Log.FailAppend = (topic, _) => topic == "out" ? new LogUnavailableException("down") : null;
        var job = await StartJobAsync("earliest", null, "orleansstream");
        var cancelled = await Jobs.CancelAsync(job.Id);
        Log.FailAppend = (_, _) => null;
        Assert.Equal(JobStatus.Cancelled, cancelled!.Status);
        Assert.NotNull(cancelled.EndedAt);
        Assert.Equal(JobStatus.Cancelled, (await Jobs.FindAsync(job.Id))!.Status);
        Assert.Equal(cancelled, await Jobs.CancelAsync(job.Id));
        await Wait.UntilAsync(() => Services.GetRequiredService<JobList>().List(null, 10).Single(j => j.Id == job.Id).IsFinished, "the list says so");
    }

    [Fact]
    public async Task RebuildsTheModel_WhenTheTargetIsAReadModel()
    {
        await AppendAsync(["k0", "k1"], _ => ProcessorFaults.Poison);
        await WaitUntilAppliedAsync("load");
        var started = await Services.GetRequiredService<IReplays>().StartAsync(new ReplayRequest("dead-letters", "earliest", null, "dead-letters"));
        var job = await FinishAsync(started.Job!);
        Assert.Equal((JobStatus.Completed, 2), (job.Status, (int)job.Progress.Scanned));
    }

    [Theory]
    [InlineData(null, "earliest", "k", "topic-required")]
    [InlineData("nope", "earliest", "k", "unknown-topic")]
    [InlineData("in", null, "k", "from-required")]
    [InlineData("in", "earliest", null, "target-required")]
    [InlineData("in", "earliest", "group:nope", "unknown-target")]
    [InlineData("out", "earliest", "k", "target-not-of-topic")]
    [InlineData("in", "earliest", "dead-letters", "target-not-of-topic")]
    public async Task SaysWhatIsWrong_WhenTheRequestIs(string? topic, string? from, string? target, string code)
    {
        var started = await Services.GetRequiredService<IReplays>().StartAsync(new ReplayRequest(topic, from, null, target));
        Assert.Null(started.Job);
        Assert.Equal(code, started.Errors[0].Code);
    }

    [Fact]
    public async Task IsNull_WhenThereIsNoSuchJob()
    {
        Assert.Null(await Jobs.FindAsync("nothing"));
        Assert.Null(await Jobs.FindAsync(Guid.Empty.ToString("N")));
        Assert.Null(await Jobs.CancelAsync(Guid.Empty.ToString("N")));
    }

    private async Task<Job> StartJobAsync(string from, string? to, string target)
    {
        var started = await Services.GetRequiredService<IReplays>().StartAsync(new ReplayRequest("in", from, to, target));
        Assert.Empty(started.Errors);
        return started.Job!;
    }

    private async Task<Job> FinishAsync(Job job)
    {
        using var limit = new CancellationTokenSource(Wait.Limit);
        Job? now = job;
        while (now is null or { IsFinished: false })
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Delay(5);
            now = await Jobs.FindAsync(job.Id);
        }
        return now;
    }
}

/// <summary>One at a time, and one that waits.</summary>
public sealed class ReplayQueueTests : EngineHarness
{
    private protected override void AddServices(IServiceCollection services) => services.Configure<ReplayOptions>(o => (o.AtWork, o.Waiting) = (1, 1));

    [Fact]
    public async Task QueuesOneAndRefusesTheNext_WhenOneIsAtWork()
    {
        await AppendAsync(10, keys: 2);
        await WaitUntilAppliedAsync("load");
        Log.FailAppend = (topic, _) => topic == "out" ? new LogUnavailableException("down") : null;
        var replays = Cluster.Silos[0].ServiceProvider.GetRequiredService<IReplays>();
        var jobs = Cluster.Silos[0].ServiceProvider.GetRequiredService<JobClient>();
        var request = new ReplayRequest("in", "earliest", null, "orleansstream");
        var first = (await replays.StartAsync(request)).Job!;
        await Wait.UntilAsync(() => jobs.FindAsync(first.Id).AsTask().GetAwaiter().GetResult()!.Status == JobStatus.Running, "the first is at work");
        var second = (await replays.StartAsync(request)).Job!;
        await Assert.ThrowsAsync<LogOverloadedException>(() => replays.StartAsync(request));
        Assert.Equal(JobStatus.Queued, (await jobs.FindAsync(second.Id))!.Status);
        Assert.Equal([second.Id, first.Id], (await jobs.ListAsync(null, 10)).Select(j => j.Id));
        Assert.Equal([first.Id], (await jobs.ListAsync(second.Id, 10)).Select(j => j.Id));
        await jobs.CancelAsync(first.Id);
        await Wait.UntilAsync(() => jobs.FindAsync(second.Id).AsTask().GetAwaiter().GetResult()!.Status == JobStatus.Running, "the second has its turn");
        await jobs.CancelAsync(second.Id);
    }
}
