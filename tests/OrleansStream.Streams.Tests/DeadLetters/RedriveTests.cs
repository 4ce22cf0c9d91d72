using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Streams.DeadLetters;
using OrleansStream.Streams.Jobs;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Tests.Engine;

namespace OrleansStream.Streams.Tests.DeadLetters;

/// <summary>Dead letters from a record that its key refuses to what became of it, through a whole silo.</summary>
public sealed class RedriveTests : EngineHarness
{
    private IServiceProvider Services => Cluster.Silos[0].ServiceProvider;

    private DeadLetterQueue Letters => Services.GetRequiredService<DeadLetterQueue>();

    [Fact]
    public async Task AppliesTheEvent_WhenItsCauseIsGone()
    {
        var letter = (await BuryAsync("k1", 3))[0];
        var original = Log.Read("in").Single(r => Position(r) == letter.Id);
        Faults.OnApply = _ => null;
        var result = await Letters.RedriveAsync(letter);
        Assert.Equal(RedriveOutcome.Redriven, result.Outcome);
        await WaitUntilAppliedAsync("redriven");
        Assert.Equal(1, (await DurableAsync("k1")).Count);
        var again = Log.Read("in").Single(r => Position(r) == result.Position);
        Assert.Equal((original.Key, original.Source, original.Id, original.Time), (again.Key, again.Source, again.Id, again.Time));
        Assert.Equal(original.Value.ToArray(), again.Value.ToArray());
        var now = Letters.Find(letter.Id)!;
        Assert.Equal((DeadLetterStatus.Redriven, result.Position), (now.Status, now.RedrivenAs));
    }

    [Fact]
    public async Task CountsOnce_WhenItIsRedrivenTwiceAtTheSameTimeAndLater()
    {
        var letter = (await BuryAsync("k1", 1))[0];
        Faults.OnApply = _ => null;
        var both = await Task.WhenAll(Letters.RedriveAsync(letter), Letters.RedriveAsync(letter));
        var later = await Letters.RedriveAsync(letter);
        Assert.Equal([later.Position, later.Position], both.Select(b => b.Position));
        await WaitUntilAppliedAsync("redriven");
        Assert.Equal(1, (await DurableAsync("k1")).Count);
        Assert.Equal(2, Log.Read("in").Count);
    }

    [Fact]
    public async Task IsFoundAgain_WhenTheProcessDiedBetweenTheTwoRecordsOfARedrive()
    {
        var letter = (await BuryAsync("k1", 1))[0];
        Faults.OnApply = _ => null;
        Log.FailAppend = (topic, _) => topic == "dead-letters" ? new LogUnavailableException("down") : null;
        await Assert.ThrowsAsync<LogUnavailableException>(() => Letters.RedriveAsync(letter));
        Log.FailAppend = (_, _) => null;
        Assert.Equal(DeadLetterStatus.Open, Letters.Find(letter.Id)!.Status);
        var result = await Letters.RedriveAsync(letter);
        Assert.Equal(2, Log.Read("in").Count);
        Assert.Equal(Position(Log.Read("in").Single(r => r.Header(LogHeaders.RedriveOf) is not null)), result.Position);
    }

    [Fact]
    public async Task IsALetterOfItsOwn_WhenItFailsAgain()
    {
        var letter = (await BuryAsync("k1", 1))[0];
        var result = await Letters.RedriveAsync(letter);
        await Wait.UntilAsync(() => Letters.Find(result.Position!.Value) is not null, "the second letter is listed");
        var second = Letters.Find(result.Position!.Value)!;
        Assert.Equal((letter.Id.ToString(), DeadLetterStatus.Open), (second.RedriveOf, second.Status));
        Faults.OnApply = _ => null;
        Assert.Equal(RedriveOutcome.Redriven, (await Letters.RedriveAsync(second)).Outcome);
        await WaitUntilAppliedAsync("redriven");
        Assert.Equal(1, (await DurableAsync("k1")).Count);
    }

    [Fact]
    public async Task RedrivesEachOnceInOrder_WhenAFilterIsGiven()
    {
        await BuryAsync("k1", 30);
        await BuryAsync("k2", 30);
        Faults.OnApply = _ => null;
        var job = await Letters.RedriveAsync(new DeadLetterFilter("in", ["apply-failed"]));
        job = await FinishAsync(job);
        Assert.Equal((JobStatus.Completed, 60, 60), (job.Status, (int)job.Progress.Total, (int)job.Progress.Delivered));
        await WaitUntilAppliedAsync("redriven");
        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"k1-{i:d6}"), Log.Read("out").Where(r => r.Key == "k1").Select(r => Records.Text(r).Split('#')[0]));
        Assert.Empty(Letters.List(new DeadLetterFilter(Status: DeadLetterStatus.Open), null, 10));
        job = await FinishAsync(await Letters.RedriveAsync(new DeadLetterFilter("in")));
        Assert.Equal(0, job.Progress.Total);
    }

    /// <summary>What fails again while the job runs is not sent again by it: it would never end.</summary>
    [Fact]
    public async Task Ends_WhenEverythingItRedrivesFailsAgain()
    {
        await BuryAsync("k1", 10);
        var job = await FinishAsync(await Letters.RedriveAsync(new DeadLetterFilter()));
        Assert.Equal((JobStatus.Completed, 10), (job.Status, (int)job.Progress.Delivered));
        await Wait.UntilAsync(() => Letters.List(new DeadLetterFilter(Status: DeadLetterStatus.Open), null, 100).Count == 10, "ten new letters are listed");
        Assert.Equal(20, Log.Read("in").Count);
    }

    [Fact]
    public async Task IsDeletedForGood_WhenItIsDeleted()
    {
        var letters = await BuryAsync("k1", 3);
        await Letters.DeleteAsync(letters[0]);
        await Letters.DeleteAsync(letters[0]);
        Assert.Equal(RedriveOutcome.Deleted, (await Letters.RedriveAsync(letters[0])).Outcome);
        Assert.Equal(2, await Letters.DeleteAsync(new DeadLetterFilter("in")));
        Assert.Empty(Letters.List(new DeadLetterFilter(), null, 10));
        await Cluster.KillSiloAsync(Cluster.Silos[0]);
        await Cluster.DisposeAsync();
        await StartAsync();
        await Wait.UntilAsync(() => Letters.List(new DeadLetterFilter(Status: DeadLetterStatus.Deleted), null, 10).Count == 3, "the next process lists the same");
        Assert.Equal(3, Log.Read("in").Count);
    }

    [Fact]
    public async Task HoldsTheStartAndRedrivesTheWhole_WhenTheRecordIsLarge()
    {
        string value = new('x', 700_000);
        Faults.OnApply = _ => new InvalidOperationException("not now");
        await AppendAsync(["k1"], _ => value);
        await Wait.UntilAsync(() => Letters.List(new DeadLetterFilter(), null, 1).Count == 1, "the letter is listed");
        var entry = Letters.List(new DeadLetterFilter(), null, 1)[0];
        Assert.InRange(Log.Read("dead-letters")[0].Size, 1, LogLimits.RecordBytes);
        var letter = (await Letters.ReadAsync(entry))!;
        Assert.Equal((64 << 10, 700_000), (letter.Value.Length, (int)letter.Cut!.Bytes));
        Assert.True(letter.Cut.Matches(System.Text.Encoding.UTF8.GetBytes(value)));
        Faults.OnApply = _ => null;
        Assert.Equal(RedriveOutcome.Redriven, (await Letters.RedriveAsync(entry)).Outcome);
        Assert.Equal(value, Records.Text(Log.Read("in")[^1]));
    }

    [Fact]
    public async Task IsGone_WhenALargeRecordIsNoLongerWhereItStood()
    {
        Faults.OnApply = _ => new InvalidOperationException("not now");
        await AppendAsync(["k1"], _ => new string('x', 700_000));
        await Wait.UntilAsync(() => Letters.List(new DeadLetterFilter(), null, 1).Count == 1, "the letter is listed");
        var entry = Letters.List(new DeadLetterFilter(), null, 1)[0];
        await WaitUntilAppliedAsync("buried");
        await AppendAsync(1, keys: 1);
        await Log.CommitAsync(Group, entry.Id.TopicPartition, 1);
        await Log.TrimAsync(entry.Id.TopicPartition, 1);
        Assert.Equal(RedriveOutcome.Gone, (await Letters.RedriveAsync(entry)).Outcome);
        Assert.Equal(DeadLetterStatus.Open, Letters.Find(entry.Id)!.Status);
    }

    [Fact]
    public async Task IsGone_WhenTheLogHasItsBytesNoMore()
    {
        var letter = (await BuryAsync("k1", 1))[0];
        Assert.Equal(3, (await Letters.ReadAsync(letter))!.Attempts);
        await AppendAsync(5, keys: 1);
        await Log.CommitAsync("dead-letters", new TopicPartition("dead-letters", 0), 1);
        await Log.TrimAsync(new TopicPartition("dead-letters", 0), 1);
        Assert.Null(await Letters.ReadAsync(letter));
        Assert.Equal(RedriveOutcome.Gone, (await Letters.RedriveAsync(letter)).Outcome);
    }

    /// <summary>Records of a key that fail on every try, until the test lets them pass; oldest first.</summary>
    private async Task<IReadOnlyList<DeadLetterEntry>> BuryAsync(string key, int count)
    {
        Faults.OnApply = _ => new InvalidOperationException("not now");
        await AppendAsync(Enumerable.Repeat(key, count), id => id);
        IReadOnlyList<DeadLetterEntry> Buried() => [.. Letters.List(new DeadLetterFilter(), null, 1_000).Where(l => l.Key == key).Reverse()];
        await Wait.UntilAsync(() => Buried().Count == count, $"{count} letters of {key} are listed");
        return Buried();
    }

    private Position Position(LogRecord record) => new("in", Murmur2Partitioner.Partition(record.Key, Partitions), record.Offset);

    private async Task<Job> FinishAsync(Job job)
    {
        var jobs = Services.GetRequiredService<JobClient>();
        using var limit = new CancellationTokenSource(Wait.Limit);
        while (!job.IsFinished)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Delay(5);
            job = (await jobs.FindAsync(job.Id))!;
        }
        return job;
    }
}
