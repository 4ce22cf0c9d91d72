using System.Text;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Conformance.Engine;

/// <summary>One partition, a narrow window: what one key may do to the others of its partition.</summary>
public abstract class SinglePartitionContract : EngineContract
{
    private const int Window = 100, Container = 50;
    private static readonly TopicPartition Only = new(ChainProcessor.Topic, 0);

    protected override EngineSetup Adapt(EngineSetup setup) => setup with
    {
        Partitions = 1,
        Configure = o => (o.WindowRecords, o.ContainerRecords, o.KeysInFlight, o.RecordsPerCall, o.CacheContainers) = (Window, Container, 16, 8, 2),
    };

    [Fact]
    public async Task OthersGoOnAndReadingStops_WhenAKeyIsStuck()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Engine.Calls.Arriving = key => key == EngineUnderTest.KeyId("stuck") ? release.Task : Task.CompletedTask;
        string[] others = [.. Enumerable.Range(0, 40).Select(i => $"k{i}")];
        await AppendAsync(Enumerable.Repeat("stuck", 10).Concat(others.SelectMany(k => Enumerable.Repeat(k, 10))));
        await Wait.UntilAsync(() => StoredCountAsync(others).GetAwaiter().GetResult() == others.Length, "all other keys are applied");
        Assert.Equal(0, await Engine.Log.CommittedAsync(EngineUnderTest.Group, Only));

        await AppendAsync(Enumerable.Repeat("stuck", 10 * Window));
        await Wait.UntilAsync(() => Progress().Window >= Window, "the window is full");
        await AppendAsync(others);
        Assert.True(Progress().Window <= Window + Container, $"{Progress()}: the window holds more than it may");
        Assert.True(Progress().Received < Engine.Log.Watermarks(Only).High, $"{Progress()}: reading went on");

        release.SetResult();
        await AssertAllAppliedOnceAsync("released");
    }

    [Fact]
    public async Task TheOthersApplyAndItLeavesADeadLetter_WhenOneOfTenThousandIsPoison()
    {
        const int records = 10_000, poisonAt = 4_567;
        var appended = await AppendAsync(Enumerable.Range(0, records).Select(i => $"k{i % 100}"), id => id == Poison(poisonAt) ? ProcessorFaults.Poison : id);
        await AssertAllAppliedOnceAsync("load");
        var letters = await Model.LogContents.ReadAsync(Engine.Log, DeadLetter.TopicName);
        var letter = DeadLetter.FromJson(Assert.Single(letters).Value.Span);
        Assert.Equal((Poison(poisonAt), "undecodable", ProcessorFaults.Poison), (letter.Id, letter.Code, Encoding.UTF8.GetString(letter.Value)));
        Assert.Equal(appended[poisonAt].Value.ToArray(), letter.Value);
        int applied = 0;
        for (int k = 0; k < 100; k++) applied += (await Engine.ShownAsync($"k{k}")).Count;
        Assert.Equal(records - 1, applied);

        static string Poison(int at) => $"k{at % 100}-{at / 100 + 1:d6}";
    }

    [Fact]
    public async Task IsAppliedOnce_WhenADeadLetterIsSentAgain()
    {
        Assert.SkipUnless(Engine.Capabilities.HasFlag(LogCapabilities.Redrives), "This log does not say that a redrive passes.");
        Engine.Processor.OnApply = e => e.Id == "k-000002" ? new InvalidOperationException("a rule is broken") : null;
        var appended = await AppendAsync(["k", "k", "k"]);
        Assert.Null(await Engine.WhenCommittedAsync(Wait.Limit));
        Assert.Equal(2, (await Engine.ShownAsync("k")).Count);
        var letter = Assert.Single(await Model.LogContents.ReadAsync(Engine.Log, DeadLetter.TopicName));
        Assert.Equal("apply-failed", DeadLetter.FromJson(letter.Value.Span).Code);

        Engine.Processor.OnApply = _ => null;
        var redrive = new LogRecord
        {
            Key = "k", Id = "k-000002", Time = Records.Time, ReceivedAt = Records.Time, Value = appended[1].Value, Headers = [new(LogHeaders.RedriveOf, letter.Id)],
        };
        for (int i = 0; i < 3; i++) await Engine.Log.AppendAsync(ChainProcessor.Topic, [redrive]).WaitAsync(Wait.Limit);
        Assert.Null(await Engine.WhenCommittedAsync(Wait.Limit));
        Assert.Equal(ChainState.Empty.Then("k-000001").Then("k-000003").Then("k-000002"), await Engine.ShownAsync("k"));
        Assert.Empty(Engine.Watch.Violations);
    }

    private Partitions.PartitionProgress Progress() => Engine.Partition(Only).GetProgress().AsTask().WaitAsync(Wait.Limit).GetAwaiter().GetResult();
}
