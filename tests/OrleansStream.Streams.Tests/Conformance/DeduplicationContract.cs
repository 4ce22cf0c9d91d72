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
    public async Task IsAcceptedOncePerDeadLetter_WhenItIsRedriven()
    {
        var first = await AppendOneAsync(Records.Of("k", "1"));
        var redriven = await AppendOneAsync(Redrive("events:0:7"));
        Assert.Equal((false, first.Position.Offset + 1), (redriven.Duplicate, redriven.Position.Offset));
        Assert.Equal(new AppendResult(redriven.Position, true), await AppendOneAsync(Redrive("events:0:7")));
        Assert.False((await AppendOneAsync(Redrive("events:0:9"))).Duplicate);
        await ReopenAsync();
        Assert.Equal(new AppendResult(first.Position, true), await AppendOneAsync(Records.Of("k", "1")));
        Assert.Equal(new AppendResult(redriven.Position, true), await AppendOneAsync(Redrive("events:0:7")));

        static LogRecord Redrive(string of) => new()
        {
            Key = "k", Id = "1", Time = Records.Time, ReceivedAt = Records.Time, Headers = [new("traceparent", "00-1"), new(LogHeaders.RedriveOf, of)],
        };
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
