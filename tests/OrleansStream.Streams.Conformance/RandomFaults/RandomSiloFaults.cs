using OrleansStream.Streams.Conformance.Engine;

namespace OrleansStream.Streams.Conformance.RandomFaults;

/// <summary>What befalls grains and silos between two batches of a run.</summary>
internal sealed class RandomSiloFaults(EngineUnderTest engine, Random random, RandomWorkload workload)
{
    private readonly SortedDictionary<string, int> _done = new(StringComparer.Ordinal);
    private bool _killed;

    public async Task StepAsync()
    {
        switch (random.Next(12))
        {
            case 0 or 1:
                Start("key deactivated", engine.Cluster.DeactivateAsync(EngineUnderTest.KeyId(workload.AnyKey())));
                break;
            case 2:
                Start("partition deactivated", engine.Cluster.DeactivateAsync(EngineUnderTest.PartitionId(AnyPartition())));
                break;
            case 3:
                Start("key moved", engine.Cluster.MigrateAsync(EngineUnderTest.KeyId(workload.AnyKey()), AnySilo()));
                break;
            case 4:
                Start("partition moved", engine.Cluster.MigrateAsync(EngineUnderTest.PartitionId(AnyPartition()), AnySilo()));
                break;
            case 5:
                engine.Store.Freeze();
                Count("store frozen");
                break;
            case 6 or 7:
                engine.Store.Thaw();
                engine.Faults.Plan.Release();
                break;
            case 8 when engine.Cluster.Silos.Count > 1 && !_killed:
                await ReplaceSiloAsync();
                break;
        }
        // Some time for what is under way; nothing is decided by how much.
        await Task.Delay(random.Next(12));
    }

    public override string ToString() => _done.Count == 0 ? "no silo faults" : string.Join(", ", _done.Select(d => $"{d.Key} {d.Value}×"));

    /// <summary>Kills one and starts another in its place; at most once a run, because it takes its time.</summary>
    private async Task ReplaceSiloAsync()
    {
        _killed = true;
        Count("silo killed");
        var silo = engine.Cluster.Silos[random.Next(engine.Cluster.Silos.Count)];
        await engine.Cluster.KillSiloAsync(silo);
        await workload.SendAsync();
        await engine.Cluster.StartAdditionalSiloAsync();
    }

    private Log.TopicPartition AnyPartition()
    {
        var all = engine.Partitions.ToList();
        return all[random.Next(all.Count)];
    }

    private SiloAddress AnySilo() => engine.Cluster.Silos[random.Next(engine.Cluster.Silos.Count)].SiloAddress;

    private void Start(string what, Task fault)
    {
        Count(what);
        fault.Ignore();
    }

    private void Count(string what) => _done[what] = _done.GetValueOrDefault(what) + 1;
}
