using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Tests.Engine;

/// <param name="Count">Records applied.</param>
/// <param name="Chain">A hash over their ids in the order applied.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.Tests.ChainState")]
internal sealed record ChainState([property: Id(0)] int Count, [property: Id(1)] int Chain)
{
    public static readonly ChainState Empty = new(0, 0);

    public ChainState Then(string id) => new(Count + 1, unchecked(Chain * 31 + id.Sum(c => c)));
}

[GenerateSerializer, Immutable, Alias("OrleansStream.Tests.ChainOutput")]
internal sealed record ChainOutput([property: Id(0)] string Id, [property: Id(1)] int Count);

/// <summary>Its text says what happens: <see cref="ProcessorFaults.Poison"/>, or one of <c>timer name milliseconds</c>, <c>cancel name</c>, <c>emit key</c>.</summary>
internal sealed record TestEvent(string Key, string Id, string Text, DateTimeOffset Time);

/// <summary>What a test does to the processor.</summary>
internal sealed class ProcessorFaults
{
    public const string Poison = "poison";

    /// <summary>Asked before each apply; what it gives is thrown.</summary>
    public Func<TestEvent, Exception?> OnApply { get; set; } = _ => null;

    /// <summary>Ids in the order in which their keys applied them, per key; an activation that lost its state applies again.</summary>
    public ConcurrentDictionary<string, ConcurrentQueue<string>> Applied { get; } = new();
}

/// <summary>The smallest processor: counts its records, chains their ids so that order shows, and puts each out.</summary>
internal sealed class TestProcessor(ProcessorFaults faults) : StreamProcessor<TestEvent, ChainState, ChainOutput>(new ProcessorNames
{
    Topic = "in", Key = "test-key", Keys = "test-keys", KeyField = "key", Output = "output", OutputTopic = "out",
})
{
    public override ChainState InitialState => ChainState.Empty;

    public override EventReading<TestEvent> Read(ReadOnlySpan<byte> json, in ReadingDefaults defaults)
    {
        var read = new TestEvent(defaults.Key ?? "", defaults.Id, Encoding.UTF8.GetString(json), defaults.Time);
        return new EventReading<TestEvent>(read, read.Key, read.Id, read.Time, []);
    }

    public override Applied<ChainState, ChainOutput> Apply(ChainState state, TestEvent @event)
    {
        if (faults.OnApply(@event) is { } fault) throw fault;
        if (@event.Text == ProcessorFaults.Poison) throw new InvalidDataException($"{@event.Id} is poison");
        faults.Applied.GetOrAdd(@event.Key, _ => new()).Enqueue(@event.Id);
        var next = state.Then(@event.Id);
        string[] words = @event.Text.Split(' ');
        return new(next, [new ChainOutput(@event.Id, next.Count)])
        {
            Timers = words switch
            {
                ["timer", var name, var ms] => [new TimerChange(name, @event.Time.AddMilliseconds(int.Parse(ms, CultureInfo.InvariantCulture)))],
                ["cancel", var name] => [new TimerChange(name, null)],
                _ => [],
            },
            Emissions = words is ["emit", var key] ? [new Emission("in", key, Encoding.UTF8.GetBytes($"from {@event.Key}"))] : [],
        };
    }

    public override Applied<ChainState, ChainOutput> Apply(ChainState state, TimerDue timer)
    {
        var next = state.Then(timer.Name);
        return new(next, [new ChainOutput(timer.Name, next.Count)]);
    }

    public override string IdOf(ChainOutput output) => output.Id;

    public override OutputContent ToContent(ChainOutput output, in OutputOrigin<NoFacts> origin) =>
        new(Encoding.UTF8.GetBytes($"{output.Id}#{output.Count}"), Fakes.Records.Time);

    public override byte[] ToJson(ChainState state, in StateOrigin origin) => JsonSerializer.SerializeToUtf8Bytes(state);
}

[GrainType("test-key")]
internal sealed class TestKeyGrain(IGrainContext context) : KeyedStreamGrain<TestEvent, ChainState, ChainOutput>(context);
