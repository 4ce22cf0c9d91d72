using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Conformance;

/// <summary>What a log promises that drops ids it has before the append, so that the answer can say so.</summary>
public abstract class DeduplicationContract : ReadingContract
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
    public async Task PassesOnce_WhenADeadLetterIsSentAgain()
    {
        SkipUnless(LogCapabilities.Redrives);
        var first = await AppendOneAsync(Records.Of("k", "1"));
        var redrives = new[] { Redrive("letter-1"), Redrive("letter-1"), Redrive("letter-2") };
        var results = new List<AppendResult>();
        foreach (var redrive in redrives) results.Add(await AppendOneAsync(redrive));
        Assert.Equal([false, true, false], results.Select(r => r.Duplicate));
        Assert.Equal(results[0].Position, results[1].Position);
        Assert.True(results[0].Position.Offset > first.Position.Offset);
        await ReopenAsync();
        Assert.True((await AppendOneAsync(Redrive("letter-2"))).Duplicate, "after it was opened again");
        Assert.True((await AppendOneAsync(Records.Of("k", "1"))).Duplicate, "the event itself");

        static LogRecord Redrive(string letter) => new()
        {
            Key = "k", Id = "1", Time = Records.Time, ReceivedAt = Records.Time, Headers = [new(LogHeaders.RedriveOf, letter)],
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
