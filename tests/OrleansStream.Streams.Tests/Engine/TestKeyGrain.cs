using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Tests.Engine;

/// <summary>The smallest processor: counts its records, chains their ids so that order shows, and puts each out.</summary>
internal interface ITestKeyGrain : IGrainWithStringKey
{
    ValueTask<ChainState> GetDurable();
}

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

/// <summary>What a test does to the processor: the record's value says what happens to it.</summary>
internal sealed class ProcessorFaults
{
    public const string Poison = "poison";

    /// <summary>Asked before each apply; what it gives is thrown.</summary>
    public Func<LogRecord, Exception?> OnApply { get; set; } = _ => null;

    /// <summary>Ids in the order in which their keys applied them, per key; an activation that lost its state applies again.</summary>
    public ConcurrentDictionary<string, ConcurrentQueue<string>> Applied { get; } = new();
}

[GrainType("test-key")]
internal sealed class TestKeyGrain(IGrainContext context, ProcessorFaults faults) : KeyedStreamGrain<ChainState, ChainOutput>("in", context), ITestKeyGrain
{
    protected override ChainState InitialState => ChainState.Empty;

    public async ValueTask<ChainState> GetDurable() => (await DurableRowAsync(-1, TimeSpan.Zero))!.State;

    protected override (ChainState State, ImmutableArray<ChainOutput> Outputs) Apply(ChainState state, LogRecord record)
    {
        if (faults.OnApply(record) is { } fault) throw fault;
        if (Encoding.UTF8.GetString(record.Value.Span) == ProcessorFaults.Poison) throw new InvalidDataException($"{record.Id} is poison");
        faults.Applied.GetOrAdd(record.Key, _ => new()).Enqueue(record.Id);
        var next = state.Then(record.Id);
        return (next, [new ChainOutput(record.Id, next.Count)]);
    }

    protected override string IdOf(ChainOutput output, LogRecord record) => output.Id;

    protected override LogRecord ToRecord(ChainOutput output, OutputEntry entry, Position position) =>
        new() { Key = "", Id = "", Time = Fakes.Records.Time, Value = Encoding.UTF8.GetBytes($"{output.Id}#{output.Count}") };
}
