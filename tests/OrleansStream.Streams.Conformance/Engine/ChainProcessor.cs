using System.Globalization;
using System.Text;
using System.Text.Json;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Conformance.Engine;

/// <param name="Count">Records applied.</param>
/// <param name="Chain">A hash over their ids in the order applied.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.Tests.ChainState")]
public sealed record ChainState([property: Id(0)] int Count, [property: Id(1)] int Chain)
{
    public static readonly ChainState Empty = new(0, 0);

    public ChainState Then(string id) => new(Count + 1, id.Aggregate(Chain, (hash, c) => unchecked((hash ^ c) * 16777619)) ^ Count);
}

[GenerateSerializer, Immutable, Alias("OrleansStream.Tests.ChainOutput")]
public sealed record ChainOutput([property: Id(0)] string Id, [property: Id(1)] int Count);

/// <summary>Its text says what happens: <see cref="ProcessorFaults.Poison"/>, or one of <c>timer name milliseconds</c>, <c>cancel name</c>, <c>emit key</c>, <c>emit-to topic</c>.</summary>
public sealed record ChainEvent(string Key, string Id, string Text, DateTimeOffset Time);

/// <summary>What a test does to the processor.</summary>
public sealed class ProcessorFaults
{
    public const string Poison = "poison";

    /// <summary>Asked before each apply; what it gives is thrown.</summary>
    public Func<ChainEvent, Exception?> OnApply { get; set; } = _ => null;

    /// <summary>The version of states that it knows.</summary>
    public int StateVersion { get; set; } = 1;

    /// <summary>What it makes of a state of an earlier version.</summary>
    public Func<ChainState, int, ChainState> OnUpcast { get; set; } = (state, _) => state;
}

/// <summary>The smallest processor: counts its records, chains their ids so that order shows, and puts each out.</summary>
public sealed class ChainProcessor(ProcessorFaults faults) : StreamProcessor<ChainEvent, ChainState, ChainOutput>(new ProcessorNames
{
    Topic = Topic, Key = GrainTypeName, Keys = "test-keys", KeyField = "key", Output = "output", OutputTopic = OutputTopic,
})
{
    public const string Topic = "in";
    public const string OutputTopic = "out";
    public const string GrainTypeName = "test-key";

    public override ChainState InitialState => ChainState.Empty;

    public override int StateVersion => faults.StateVersion;

    public override ChainState Upcast(ChainState state, int version) => faults.OnUpcast(state, version);

    public override EventReading<ChainEvent> Read(ReadOnlySpan<byte> json, in ReadingDefaults defaults)
    {
        var read = new ChainEvent(defaults.Key ?? "", defaults.Id, Encoding.UTF8.GetString(json), defaults.Time);
        return new EventReading<ChainEvent>(read, read.Key, read.Id, read.Time, []);
    }

    public override Applied<ChainState, ChainOutput> Apply(ChainState state, ChainEvent @event)
    {
        if (faults.OnApply(@event) is { } fault) throw fault;
        if (@event.Text == ProcessorFaults.Poison) throw new InvalidDataException($"{@event.Id} is poison");
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
            Emissions = words switch
            {
                ["emit", var key] => [new Emission(Topic, key, Encoding.UTF8.GetBytes($"from {@event.Key}"))],
                ["emit-to", var topic] => [new Emission(topic, @event.Key, Encoding.UTF8.GetBytes($"from {@event.Key}"))],
                _ => [],
            },
        };
    }

    public override Applied<ChainState, ChainOutput> Apply(ChainState state, TimerDue timer)
    {
        if (timer.Name == ProcessorFaults.Poison) throw new InvalidDataException("this timer is poison");
        var next = state.Then(timer.Name);
        return new(next, [new ChainOutput(timer.Name, next.Count)]);
    }

    public override string IdOf(ChainOutput output) => output.Id;

    public override OutputContent ToContent(ChainOutput output, in OutputOrigin<NoFacts> origin) =>
        new(Encoding.UTF8.GetBytes($"{output.Id}#{output.Count}"), Records.Time);

    public override byte[] ToJson(ChainState state, in StateOrigin origin) => JsonSerializer.SerializeToUtf8Bytes(state);
}

[GrainType(ChainProcessor.GrainTypeName)]
public sealed class ChainGrain(IGrainContext context) : KeyedStreamGrain<ChainEvent, ChainState, ChainOutput>(context);
