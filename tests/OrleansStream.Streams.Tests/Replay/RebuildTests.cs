using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.DeadLetters;
using OrleansStream.Streams.Jobs;
using OrleansStream.Streams.ReadModels;
using OrleansStream.Streams.Replay;
using OrleansStream.Streams.Tests.Engine;

namespace OrleansStream.Streams.Tests.Replay;

/// <summary>A read model is the same in every process, and so is its rebuild.</summary>
public sealed class RebuildTests : EngineHarness
{
    protected override int Silos => 2;

    [Fact]
    public async Task IsDoneByEverySiloAndByThoseThatStartLater_WhenAJobRebuildsAModel()
    {
        await AppendAsync(["k0", "k1", "k2"], _ => ProcessorFaults.Poison);
        await WaitUntilAppliedAsync("load");
        foreach (int silo in new[] { 0, 1 }) await Wait.UntilAsync(() => ListedBy(silo) == 3, $"silo {silo} lists three");
        // From the second letter on: whether a silo has rebuilt shows in what it lists.
        var started = await Cluster.Silos[0].ServiceProvider.GetRequiredService<IReplays>().StartAsync(new ReplayRequest("dead-letters", "dead-letters:0:1", null, "dead-letters"));
        Assert.Empty(started.Errors);
        foreach (int silo in new[] { 0, 1 }) await Wait.UntilAsync(() => ListedBy(silo) == 2, $"silo {silo} has rebuilt");
        await Wait.UntilAsync(() => ListOf(0).Find(j => j.Id == started.Job!.Id)?.Status == JobStatus.Completed, "the job has ended");
        await StopAsync();
        await StartAsync();
        foreach (int silo in new[] { 0, 1 }) await Wait.UntilAsync(() => ListedBy(silo) == 2 && GenerationOf(silo) > 0, $"silo {silo}, started anew, has the rebuilt model");
    }

    private int ListedBy(int silo) => Services(silo).GetRequiredService<DeadLetterList>().List(new DeadLetterFilter(), null, 10).Count;

    private List<Job> ListOf(int silo) => [.. Services(silo).GetRequiredService<JobList>().List(null, 10)];

    private long GenerationOf(int silo) => Services(silo).GetRequiredService<IReadModels>().Status.Single(s => s.Name == DeadLetterList.ModelName).Generation;

    private IServiceProvider Services(int silo) => Cluster.Silos[silo].ServiceProvider;
}
