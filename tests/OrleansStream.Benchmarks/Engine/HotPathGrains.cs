using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Benchmarks.Engine;

/// <summary>Counts, and answers with an epoch that is durable already: the engine's path without any state.</summary>
[GrainType(TypeName)]
internal sealed class HotPathCounterGrain(LocalKeyTables tables) : Grain, IKeyedStreamGrain, ILocalKey, ICounted
{
    public const string TypeName = "bench-hot";
    private readonly Lock _turn = new();
    private bool _closed;
    private long _count;

    public bool IsTouched { get; set; }

    private LocalKeys Local => tables.For(GrainContext.GrainId.Type);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Local.Open(this.GetPrimaryKeyString(), this);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Local.Close(this.GetPrimaryKeyString(), this);
        lock (_turn) _closed = true;
        return Task.CompletedTask;
    }

    public ValueTask<EpochToken> Apply(KeyBatch batch)
    {
        TryApply(batch, out var epoch);
        return new(epoch);
    }

    public bool TryApply(KeyBatch batch, out EpochToken epoch)
    {
        epoch = new EpochToken(SiloAddress.Zero, 0);
        lock (_turn)
        {
            if (_closed) return false;
            IsTouched = true;
            _count += batch.Records.Length;
            Arrivals.Add(batch.Records.Length);
            return true;
        }
    }

    public void Retire() => DeactivateOnIdle();

    public ValueTask<long> GetCount() => new(_count);

    public ValueTask<ReplayAnswer> Replay(TopicPartition partition, long[] offsets) => throw new NotSupportedException();

    public ValueTask<KeyState?> GetState() => throw new NotSupportedException();

    public ValueTask<bool> IsCurrent() => new(true);

    public ValueTask<bool> WaitUntilApplied(long offset, TimeSpan wait) => throw new NotSupportedException();

    public ValueTask<KeyOutputs> ListOutputs(long beforeOffset, int limit) => throw new NotSupportedException();

    public ValueTask<KeyOutput?> FindOutput(string id) => throw new NotSupportedException();

    public ValueTask<OutputEntry?> FindEntry(string id) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<OutputEntry>> ListEntries(long beforeOffset, int limit) => throw new NotSupportedException();

    public ValueTask<RecordOutcome> WaitForOutcome(long offset, TimeSpan wait) => throw new NotSupportedException();
}

/// <summary>About 200 bytes, as a small profile has.</summary>
[GenerateSerializer, Immutable, Alias("OrleansStream.Bench.CounterState")]
internal sealed record CounterState([property: Id(0)] long Count, [property: Id(1)] byte[] Ballast);

[GenerateSerializer, Immutable, Alias("OrleansStream.Bench.NoOutput")]
internal sealed record NoOutput;

/// <summary>Any bytes are an event; it counts in a state that goes through the checkpointer, and puts nothing out.</summary>
internal sealed class CounterProcessor(string key, string topic = HotPath.TopicName) : StreamProcessor<int, CounterState, NoOutput>(new ProcessorNames
{
    Topic = topic, Key = key, Keys = key + "s", KeyField = "key", Output = "nothing", OutputTopic = "out",
})
{
    private static readonly byte[] Ballast = new byte[160];

    public override CounterState InitialState => new(0, Ballast);

    public override EventReading<int> Read(ReadOnlySpan<byte> json, in ReadingDefaults defaults) =>
        new(json.SequenceEqual(PoisonWorkload.Poison) ? -1 : json.Length, defaults.Key ?? "", defaults.Id, defaults.Time, []);

    public override Applied<CounterState, NoOutput> Apply(CounterState state, int @event)
    {
        if (@event < 0) throw new InvalidDataException("This event is poison.");
        Arrivals.Add(1);
        return new(state with { Count = state.Count + 1 }, []);
    }

    public override string IdOf(NoOutput output) => "";

    public override OutputContent ToContent(NoOutput output, in OutputOrigin<NoFacts> origin) => throw new NotSupportedException();

    public override byte[] ToJson(CounterState state, in StateOrigin origin) => BitConverter.GetBytes(state.Count);
}

[GrainType(TypeName)]
internal sealed class StatefulCounterGrain : KeyedStreamGrain<int, CounterState, NoOutput>, ICounted
{
    public const string TypeName = "bench-state";
    private static LocalKeys? _local;

    public StatefulCounterGrain(IGrainContext context, LocalKeyTables tables) : base(context) => _local ??= tables.For(context.GrainId.Type);

    /// <summary>Activations now alive in this process.</summary>
    public static int Alive => _local?.Count ?? 0;

    public async ValueTask<long> GetCount() => await GetState() is { } state ? BitConverter.ToInt64(state.Json) : 0;
}
