using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Tests.Engine;

/// <summary>What the rules need from other keys: resolved before they run, stored with what they put out.</summary>
public sealed class FactsTests : EngineHarness
{
    private readonly FactSource _source = new();

    private protected override IEnumerable<string> MoreTopics => ["asks", "answers"];

    private protected override void AddServices(IServiceCollection services)
    {
        services.AddSingleton(_source);
        services.AddStreamProcessor(new AskProcessor());
    }

    [Fact]
    public async Task AreThoseOfTheMomentForEver_WhenAnOutputIsReadAgain()
    {
        await AskAsync("a", "b");
        _source.Value = 2;
        await AskAsync("c");
        Assert.Equal(["c=2", "b=1", "a=1"], (await Asked.ListOutputs(-1, 10)).Items.Select(o => Encoding.UTF8.GetString(o.Json)));
    }

    [Fact]
    public async Task ArePassedInTheOrderOfTheEvents_WhenABatchHoldsSomeThatCannotBeRead()
    {
        await AskAsync("a", "unreadable", "b");
        Assert.Equal(["a=1", "b=1"], Log.Read("answers").Select(Records.Text));
        Assert.Equal("undecodable", DeadLetter.FromJson(Log.Read(DeadLetter.TopicName).Single().Value.Span).Code);
    }

    [Fact]
    public async Task AreAnOutageAndNeverPoison_WhenTheyCannotBeHad()
    {
        int failures = 5;
        _source.Fail = () => failures-- > 0 ? new TimeoutException("the other key does not answer") : null;
        await AskAsync("a");
        Assert.Equal(["a=1"], Log.Read("answers").Select(Records.Text));
        Assert.Empty(Log.Read(DeadLetter.TopicName));
    }

    [Fact]
    public async Task AreThoseAtHand_WhenTheyNeedNotBeWaitedFor()
    {
        await AskAsync("a");
        _source.AtHand = 7;
        await AskAsync("b", "unreadable", "c");
        _source.AtHand = null;
        await AskAsync("d");
        Assert.Equal(["d=1", "c=7", "b=7", "a=1"], (await Asked.ListOutputs(-1, 10)).Items.Select(o => Encoding.UTF8.GetString(o.Json)));
        Assert.Equal(("b", 1), ((await Asked.FindEntry("b"))!.Id, (await Asked.ListEntries(2, 1)).Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AreResolvedForTimers_AndStoredWithWhatTheyPutOut(bool atHand)
    {
        _source.AtHand = atHand ? 7 : null;
        await AskAsync("timer");
        await Wait.UntilAsync(() => Log.Read("answers").Count == 2, "the timer came due");
        _source.Value = 9;
        string expected = atHand ? "due=7" : "due=1";
        Assert.Equal(expected, Records.Text(Log.Read("answers")[1]));
        Assert.Equal(expected, Encoding.UTF8.GetString((await Asked.ListOutputs(-1, 1)).Items[0].Json));
    }

    private IKeyedStreamGrain Asked => Cluster.Client.GetGrain(GrainId.Create("ask", "k")).AsReference<IKeyedStreamGrain>();

    private async Task AskAsync(params string[] ids)
    {
        var results = await Log.AppendAsync("asks", [.. ids.Select(id => Records.Of("k", id))]);
        Assert.True(await Asked.WaitUntilApplied(results[^1].Position.Offset, TimeSpan.FromSeconds(20)), "applied");
        await Wait.UntilAsync(() => Log.Read("answers").Count + Log.Read(DeadLetter.TopicName).Count >= Log.Read("asks").Count, "published");
    }
}

internal sealed class FactSource
{
    public int Value { get; set; } = 1;

    public int? AtHand { get; set; }

    public Func<Exception?> Fail { get; set; } = () => null;
}

[GenerateSerializer, Immutable, Alias("OrleansStream.Tests.AskState")]
internal sealed record AskState([property: Id(0)] int Count);

[GenerateSerializer, Immutable, Alias("OrleansStream.Tests.Answer")]
internal sealed record Answer([property: Id(0)] string Id);

[GenerateSerializer, Immutable, Alias("OrleansStream.Tests.AskFacts")]
internal sealed record AskFacts([property: Id(0)] int Value);

internal sealed class AskProcessor() : StreamProcessor<string, AskState, Answer, AskFacts>(new ProcessorNames
{
    Topic = "asks", Key = "ask", Keys = "asks", KeyField = "key", Output = "answer", OutputTopic = "answers",
})
{
    public override AskState InitialState => new(0);

    public override EventReading<string> Read(ReadOnlySpan<byte> json, in ReadingDefaults defaults) => defaults.Id == "unreadable"
        ? new(null, defaults.Key ?? "", defaults.Id, defaults.Time, [new EventError("unreadable", "It cannot be read.")])
        : new(defaults.Id, defaults.Key ?? "", defaults.Id, defaults.Time, []);

    public override Applied<AskState, Answer> Apply(AskState state, string @event, AskFacts facts) =>
        new(new AskState(state.Count + facts.Value), [new Answer(@event)])
        {
            Timers = @event == "timer" ? [new TimerChange("due", DateTimeOffset.UnixEpoch)] : [],
        };

    public override Applied<AskState, Answer> Apply(AskState state, TimerDue timer, AskFacts facts) => new(state, [new Answer(timer.Name)]);

    public override string IdOf(Answer output) => output.Id;

    public override OutputContent ToContent(Answer output, in OutputOrigin<AskFacts> origin) =>
        new(Encoding.UTF8.GetBytes($"{output.Id}={origin.Facts.Value}"), Records.Time);

    public override byte[] ToJson(AskState state, in StateOrigin origin) => [];
}

[GrainType("ask")]
internal sealed class AskGrain(IGrainContext context, FactSource source) : KeyedStreamGrain<string, AskState, Answer, AskFacts>(context)
{
    protected override bool TryResolveFacts(string @event, out AskFacts facts)
    {
        facts = new AskFacts(source.AtHand ?? 0);
        return source.AtHand is not null;
    }

    protected override bool TryResolveFacts(TimerDue timer, out AskFacts facts)
    {
        facts = new AskFacts(source.AtHand ?? 0);
        return source.AtHand is not null;
    }

    protected override async ValueTask<AskFacts> ResolveFactsAsync(TimerDue timer)
    {
        await Task.Yield();
        return new AskFacts(source.Value);
    }

    protected override async ValueTask<IReadOnlyList<AskFacts>> ResolveFactsAsync(IReadOnlyList<string> events)
    {
        await Task.Yield();
        if (source.Fail() is { } failure) throw failure;
        return [.. events.Select(_ => new AskFacts(source.Value))];
    }
}
