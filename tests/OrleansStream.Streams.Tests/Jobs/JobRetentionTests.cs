using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Jobs;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Replay;
using OrleansStream.Streams.Tests.Engine;

namespace OrleansStream.Streams.Tests.Jobs;

public sealed class JobListTests
{
    private static readonly DateTimeOffset Now = Records.Time;
    private readonly JobList _list = new(Options.Create(new JobOptions { Kept = 3, KeptFor = TimeSpan.FromDays(1) }));

    [Fact]
    public void NamesTheOldestFinishedOnes_WhenThereAreTooMany()
    {
        for (int i = 0; i < 6; i++) Tell(i, i == 1 ? JobStatus.Running : JobStatus.Completed, Now);
        Assert.Equal(["job-0", "job-2"], _list.Expired(Now).Select(j => j.Id));
        Forget(0);
        Forget(2);
        Assert.Empty(_list.Expired(Now));
        Assert.Equal(["job-5", "job-4", "job-3", "job-1"], _list.List(null, 10).Select(j => j.Id));
    }

    [Fact]
    public void NamesThoseThatEndedLongAgo_WhenThereAreFew()
    {
        Tell(0, JobStatus.Failed, Now.AddHours(-25));
        Tell(1, JobStatus.Completed, Now.AddHours(-23));
        Tell(2, JobStatus.Running, Now.AddHours(-99));
        Assert.Equal(["job-0"], _list.Expired(Now).Select(j => j.Id));
    }

    [Fact]
    public void LeavesAKindOfRecordAlone_WhenItIsALaterReleases()
    {
        Tell(0, JobStatus.Running, Now);
        var record = JobRecord.Of(Of(0, JobStatus.Completed, Now), Now);
        Apply(new LogRecord { Key = record.Key, Id = "x", Headers = [new(LogHeaders.Kind, "of-tomorrow")], Value = new byte[] { 1 } });
        Assert.Equal(JobStatus.Running, Assert.Single(_list.List(null, 10)).Status);
    }

    private static Job Of(int number, string status, DateTimeOffset ended) => new() { Id = $"job-{number}", Kind = "replay", Status = status, EndedAt = ended };

    private void Tell(int number, string status, DateTimeOffset ended) => Apply(JobRecord.Of(Of(number, status, ended), Now));

    private void Forget(int number) => Apply(JobRecord.Forgotten(Of(number, JobStatus.Completed, Now), Now));

    private void Apply(LogRecord record) => _list.Apply(new TopicPartition(JobRecord.Topic, 0), record);
}

/// <summary>Finished jobs leave list and store, in every silo, and only then.</summary>
public sealed class JobRetentionTests : EngineHarness
{
    protected override int Silos => 2;

    private protected override void AddServices(IServiceCollection services)
    {
        services.Configure<ReplayOptions>(o => o.SaveInterval = o.AttendInterval = TimeSpan.FromMilliseconds(10));
        services.Configure<JobOptions>(o => o.Kept = 2);
    }

    [Fact]
    public async Task DeletesTheRowsOfTheOldest_WhenThereAreTooMany()
    {
        await AppendAsync(10, keys: 2);
        await WaitUntilAppliedAsync("load");
        var replays = Cluster.Silos[0].ServiceProvider.GetRequiredService<IReplays>();
        var ids = new List<string>();
        for (int i = 0; i < 6; i++)
        {
            ids.Add((await replays.StartAsync(new ReplayRequest("in", "earliest", null, "orleansstream"))).Job!.Id);
            await Wait.UntilAsync(() => ListOf(0).All(j => j.IsFinished), $"job {i} has ended");
        }
        foreach (int silo in new[] { 0, 1 })
            await Wait.UntilAsync(() => ListOf(silo).Select(j => j.Id).SequenceEqual([ids[5], ids[4]]), $"silo {silo} lists two");
        Assert.Equal(2, Store.RowsOf("job").Count);
        Assert.Null(await Cluster.Silos[1].ServiceProvider.GetRequiredService<JobClient>().FindAsync(ids[0]));
        Assert.NotNull(await Cluster.Silos[1].ServiceProvider.GetRequiredService<JobClient>().FindAsync(ids[5]));
    }

    private IReadOnlyList<Job> ListOf(int silo) => Cluster.Silos[silo].ServiceProvider.GetRequiredService<JobList>().List(null, 100);
}
