namespace OrleansStream.Benchmarks.Storage;

/// <summary>A state of about 300 bytes as JSON.</summary>
[GenerateSerializer, Alias("OrleansStream.Bench.Written")]
internal sealed class Written
{
    [Id(0)] public long Count { get; set; }

    [Id(1)] public string Ballast { get; set; } = new('x', 200);
}

[Alias("OrleansStream.Bench.IStateGrain")]
internal interface IStateGrain : IGrainWithIntegerKey
{
    /// <summary>Writes its state again and again for that long.</summary>
    [Alias("WriteFor")]
    Task<StateWrites> WriteFor(TimeSpan duration);
}

/// <param name="Written">Writes that succeeded.</param>
/// <param name="Failed">Writes that threw; the state was read again.</param>
/// <param name="LongestMs">The longest write.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.Bench.StateWrites")]
internal readonly record struct StateWrites([property: Id(0)] int Written, [property: Id(1)] int Failed, [property: Id(2)] double LongestMs);

/// <summary>A grain as anybody writes it: a persistent state, one write at a time.</summary>
internal sealed class StateGrain([PersistentState("written", StateGrain.Provider)] IPersistentState<Written> state) : Grain, IStateGrain
{
    public const string Provider = "bench";

    public async Task<StateWrites> WriteFor(TimeSpan duration)
    {
        int written = 0, failed = 0;
        double longest = 0;
        long start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < duration)
        {
            long before = TimeProvider.System.GetTimestamp();
            try
            {
                state.State.Count++;
                await state.WriteStateAsync();
                written++;
            }
            catch (Exception)
            {
                failed++;
                await state.ReadStateAsync();
            }
            longest = Math.Max(longest, TimeProvider.System.GetElapsedTime(before).TotalMilliseconds);
        }
        return new StateWrites(written, failed, longest);
    }
}
