using System.Collections.Immutable;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Benchmarks.Engine;

/// <summary>Counts, and answers with an epoch that is durable already: the engine's path without any state.</summary>
[GrainType(TypeName)]
internal sealed class HotPathCounterGrain : Grain, IKeyedStreamGrain, ICounted
{
    public const string TypeName = "bench-hot";
    private long _count;

    public ValueTask<long> Apply(KeyBatch batch)
    {
        _count += batch.Records.Length;
        Arrivals.Add(batch.Records.Length);
        return new(0);
    }

    public ValueTask<long> GetCount() => new(_count);
}

/// <summary>About 200 bytes, as a small profile has.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.Bench.CounterState")]
internal sealed record CounterState([property: Id(0)] long Count, [property: Id(1)] byte[] Ballast);

[GenerateSerializer, Immutable, Alias("OrleansStream.Bench.NoOutput")]
internal sealed record NoOutput;

/// <summary>Counts in a state that goes through the checkpointer; puts nothing out.</summary>
[GrainType(TypeName)]
internal sealed class StatefulCounterGrain(IGrainContext context) : KeyedStreamGrain<CounterState, NoOutput>(HotPath.TopicName, context), ICounted
{
    public const string TypeName = "bench-state";
    private static readonly byte[] Ballast = new byte[160];

    /// <summary>Activations now alive in this process.</summary>
    public static int Alive;

    protected override CounterState InitialState => new(0, Ballast);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref Alive);
        return base.OnActivateAsync(cancellationToken);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Interlocked.Decrement(ref Alive);
        return base.OnDeactivateAsync(reason, cancellationToken);
    }

    protected override (CounterState State, ImmutableArray<NoOutput> Outputs) Apply(CounterState state, LogRecord record)
    {
        Arrivals.Add(1);
        return (state with { Count = state.Count + 1 }, []);
    }

    protected override string IdOf(NoOutput output, LogRecord record) => record.Id;

    protected override LogRecord ToRecord(NoOutput output, OutputEntry entry, Position position) => throw new NotSupportedException();

    public async ValueTask<long> GetCount() => (await DurableRowAsync(-1, TimeSpan.Zero))!.State.Count;
}
