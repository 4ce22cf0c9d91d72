using OrleansStream.Streams.Log;
using OrleansStream.Streams.Tests.Fakes;

namespace OrleansStream.Streams.Tests.Conformance;

/// <summary>What a log promises that drops ids it has before the append, so that the answer can say so.</summary>
public abstract class DeduplicationContract : EventLogContract
{
    [Fact]
    public async Task IsDuplicateOfTheFirst_WhenAnIdIsTwiceInABatch()
    {
        var results = await Log.AppendAsync(Topic, [Records.Of("k", "1", "first"), Records.Of("k", "2"), Records.Of("k", "1", "second")]).WaitAsync(Limit);
        Assert.Equal([false, false, true], results.Select(r => r.Duplicate));
        Assert.Equal(results[0].Position, results[2].Position);
        Assert.Equal(["first", ""], (await ReadAllAsync(PartitionOf("k"))).Select(Records.Text));
    }

    [Fact]
    public async Task IsDuplicateOfTheFirst_WhenAnIdCameInAnEarlierBatch()
    {
        var first = await AppendOneAsync(Records.Of("k", "1"));
        var again = await AppendOneAsync(Records.Of("k", "1"));
        Assert.Equal(new AppendResult(first.Position, true), again);
    }

    [Fact]
    public async Task IsDuplicateOfTheFirst_WhenTheLogWasOpenedAgain()
    {
        var first = await AppendOneAsync(Records.Of("k", "1"));
        await ReopenAsync();
        Assert.Equal(new AppendResult(first.Position, true), await AppendOneAsync(Records.Of("k", "1")));
        Assert.Single(await ReadAllAsync(PartitionOf("k")));
    }

    [Fact]
    public async Task AreBothAccepted_WhenOnlyTheSourceDiffers()
    {
        var results = await Log.AppendAsync(Topic, [Records.Of("k", "1", source: "a"), Records.Of("k", "1", source: "b")]).WaitAsync(Limit);
        Assert.Equal([false, false], results.Select(r => r.Duplicate));
    }

    [Fact]
    public async Task AcceptsOne_WhenManyAppendTheSameIdAtOnce()
    {
        const int appenders = 32, rounds = 20;
        for (int round = 0; round < rounds; round++)
        {
            var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var appends = Enumerable.Range(0, appenders).Select(async _ =>
            {
                await start.Task;
                return await AppendOneAsync(Records.Of("k", $"round-{round}"));
            }).ToList();
            start.SetResult();
            var results = await Task.WhenAll(appends).WaitAsync(Limit);
            Assert.True(results.Count(r => !r.Duplicate) == 1, $"round {round}: {results.Count(r => !r.Duplicate)} of {appenders} accepted");
            Assert.All(results, r => Assert.Equal(round, r.Position.Offset));
            Assert.True(Log.Watermarks(PartitionOf("k")).High > round, $"round {round}: a duplicate was answered before the first was durable");
        }
    }
}
