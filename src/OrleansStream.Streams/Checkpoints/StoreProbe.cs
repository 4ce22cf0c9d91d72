namespace OrleansStream.Streams.Checkpoints;

/// <summary>
/// Tells a key that cannot be stored from a store that takes nothing: writes a row of this silo's own. A store that refuses that as well is out of order, and an outage
/// buries nothing.
/// </summary>
internal sealed class StoreProbe(ICheckpointStore store, ILocalSiloDetails silo)
{
    private readonly GrainId _row = GrainId.Create("store-probe", silo.Name);

    /// <exception cref="IOException">The store refuses every row.</exception>
    /// <exception cref="Exception">The store does not work now.</exception>
    public async Task AssertTakesRowsAsync()
    {
        var stored = await store.ReadAsync(_row);
        var outcome = (await store.WriteAsync([new CheckpointWrite(_row, stored?.Version ?? 0, [1])]))[0];
        if (outcome.Fault is { } fault) throw new IOException($"The store refuses every row, not one key's: {fault}");
    }
}
