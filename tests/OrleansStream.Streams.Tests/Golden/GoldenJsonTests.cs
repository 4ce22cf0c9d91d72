using OrleansStream.Streams.DeadLetters;
using OrleansStream.Streams.Jobs;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.Replay;
using OrleansStream.Testing;

namespace OrleansStream.Streams.Tests.Golden;

/// <summary>Records and rows that the engine writes as JSON, as they stand in logs and stores.</summary>
public sealed class GoldenJsonTests
{
    private static readonly TopicPartition In = new("in", 1);
    private static readonly LogRecord Record = new()
    {
        Offset = 7, Key = "k", Source = "s", Id = "i", Time = Records.Time, ReceivedAt = Records.Time.AddSeconds(1), Headers = [new("traceparent", "00-ab")], Value = "xyz"u8.ToArray(),
    };
    private static readonly Job Job = new()
    {
        Id = "019aaf0f5e2c7d3f8b1a0c9d2e4f6a71", Kind = "replay", Status = JobStatus.Completed, Topic = "in", Target = "k", From = "earliest", To = "in:1:9",
        CreatedAt = Records.Time, StartedAt = Records.Time.AddSeconds(1), EndedAt = Records.Time.AddSeconds(2), Progress = new JobProgress(10, 10, 4, 3, 2, 1), Error = "e",
    };

    [Fact]
    public void DeadLetter()
    {
        var letter = Streams.Processing.DeadLetter.Of(Record, In, "undecodable", "E: why", 3);
        GoldenFile.AssertWritten("dead-letter-2.json", letter.ToJson());
        var read = Streams.Processing.DeadLetter.FromJson(GoldenFile.Read("dead-letter-2.json"));
        Assert.Equal((letter.Position, "k", "s", "i", "undecodable", "E: why", 3), (read.Position, read.Key, read.Source, read.Id, read.Code, read.Exception, read.Attempts));
        Assert.Equal((letter.Time, letter.ReceivedAt), (read.Time, read.ReceivedAt));
        Assert.Equal(letter.Headers, read.Headers);
        Assert.Equal("xyz"u8.ToArray(), read.Value);
    }

    [Fact]
    public void DeadLetterOfTheReleaseBefore()
    {
        var read = Streams.Processing.DeadLetter.FromJson(GoldenFile.Read("dead-letter-1.json"));
        Assert.Equal((new Position("in", 1, 7), "k", "s", "i"), (read.Position, read.Key, read.Source, read.Id));
        Assert.Equal((null, null, null), (read.Time, read.Headers, read.Cut));
    }

    [Fact]
    public void DeadLetterOfALargeRecord()
    {
        var large = new LogRecord { Offset = 7, Key = "k", Id = "i", Time = Records.Time, ReceivedAt = Records.Time, Value = new byte[600_000] };
        var letter = Streams.Processing.DeadLetter.Of(large, In, "undecodable", "E: why", 3) with { Value = [0, 0] };
        GoldenFile.AssertWritten("dead-letter-2-cut.json", letter.ToJson());
        Assert.True(Streams.Processing.DeadLetter.FromJson(GoldenFile.Read("dead-letter-2-cut.json")).Cut!.Matches(new byte[600_000]));
    }

    [Fact]
    public void ChangeOfADeadLetter()
    {
        var entry = new DeadLetterEntry(new Position("in", 1, 7), new Position("dead-letters", 0, 3), "k", "undecodable", "E", 3, Records.Time, null);
        GoldenFile.AssertWritten("dead-letter-redriven-1.json", DeadLetterRecord.Redriven(entry, new Position("in", 1, 9), Records.Time).Value.ToArray());
        var change = DeadLetterRecord.ReadChange(new LogRecord { Key = "k", Id = "x", Value = GoldenFile.Read("dead-letter-redriven-1.json") });
        Assert.Equal(new DeadLetterChange("in:1:7", "in:1:9"), change);
    }

    [Fact]
    public void Timer()
    {
        var due = new TimerDue("expiry", Records.Time);
        GoldenFile.AssertWritten("timer-due-1.json", TimerRecord.Of("k", due, Records.Time).Value.ToArray());
        Assert.Equal(due, TimerRecord.Read(new LogRecord { Key = "k", Id = "x", Value = GoldenFile.Read("timer-due-1.json") }));
    }

    [Fact]
    public void JobRowAndRecord()
    {
        var row = new JobRow(Job, "plan", "place");
        GoldenFile.AssertWritten("job-row-1.json", row.ToJson());
        Assert.Equal(row, Streams.Jobs.JobRow.FromJson(GoldenFile.Read("job-row-1.json")));
        GoldenFile.AssertWritten("job-record-1.json", JobRecord.Of(Job, Records.Time).Value.ToArray());
        Assert.Equal(Job, JobRecord.Read(new LogRecord { Key = "k", Id = "x", Value = GoldenFile.Read("job-record-1.json") }));
    }

    [Fact]
    public void PlanAndPlaceOfAReplay()
    {
        var plan = new ReplayPlan("in", ReplayTargetKind.Key, "k", [new ReplayPart(1, 2, 9)]);
        GoldenFile.AssertWritten("replay-plan-1.json", System.Text.Encoding.UTF8.GetBytes(plan.ToJson()));
        var read = ReplayPlan.FromJson(System.Text.Encoding.UTF8.GetString(GoldenFile.Read("replay-plan-1.json")));
        Assert.Equal((plan.Topic, plan.Kind, plan.Target, plan.Parts[0]), (read.Topic, read.Kind, read.Target, read.Parts[0]));
        GoldenFile.AssertWritten("replay-place-1.json", System.Text.Encoding.UTF8.GetBytes(new ReplayPlace([5]).ToJson()));
        Assert.Equal([5], ReplayPlace.Of(System.Text.Encoding.UTF8.GetString(GoldenFile.Read("replay-place-1.json")), plan).Next);
    }

    [Fact]
    public void PlanOfARedrive()
    {
        var plan = new RedrivePlan("in", ["undecodable"], [3, 4]);
        GoldenFile.AssertWritten("redrive-plan-1.json", System.Text.Encoding.UTF8.GetBytes(plan.ToJson()));
        var read = RedrivePlan.FromJson(System.Text.Encoding.UTF8.GetString(GoldenFile.Read("redrive-plan-1.json")));
        Assert.Equal(("in", "undecodable", 4), (read.Topic, read.Codes![0], read.Until[1]));
    }

    [Fact]
    public void RebuildOfAReadModel()
    {
        var rebuild = new Rebuild("dead-letters", 638994240000000000, Job.Id, new Dictionary<string, long> { ["dead-letters/0"] = 17 });
        byte[] value = RebuildRecord.Of(rebuild, Records.Time).Value.ToArray();
        GoldenFile.AssertWritten("read-model-rebuild-1.json", value);
        var read = RebuildRecord.Read(new LogRecord { Key = "k", Id = "x", Value = GoldenFile.Read("read-model-rebuild-1.json") });
        Assert.Equal((rebuild.Model, rebuild.Generation, rebuild.JobId, 17), (read.Model, read.Generation, read.JobId, read.From["dead-letters/0"]));
        // The release before takes it for what it knows: a job at work.
        Assert.Equal((Job.Id, JobStatus.Running), (JobRecord.Read(new LogRecord { Key = "k", Id = "x", Value = value }).Id, JobStatus.Running));
    }
}
