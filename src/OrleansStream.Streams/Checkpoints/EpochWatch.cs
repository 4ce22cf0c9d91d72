using System.Collections.Frozen;

namespace OrleansStream.Streams.Checkpoints;

/// <summary>
/// Follows epochs of any silo's checkpointer: its own directly, another's by calls that wait there. Used by partition grains, whose keys live anywhere.
/// </summary>
public interface IEpochWatch
{
    /// <summary>Completes when the epoch is durable and published, with the grains whose rows were refused.</summary>
    /// <exception cref="EpochLostException">Its silo is gone or cannot be reached: the epoch may be durable or not.</exception>
    Task<IReadOnlySet<GrainId>> WhenDurableAsync(EpochToken epoch);

    /// <summary>Somebody waits: these silos gather for milliseconds only.</summary>
    void Hurry(IEnumerable<SiloAddress> silos);
}

/// <summary>Nobody can say any more what became of an epoch. Whatever was in it comes again; keys skip what they have.</summary>
public sealed class EpochLostException : Exception
{
    public EpochLostException() { }
    public EpochLostException(string message) : base(message) { }
    public EpochLostException(string message, Exception inner) : base(message, inner) { }
}

internal sealed class EpochWatch(ICheckpointer local, ICheckpointServiceClient remote, ILocalSiloDetails silo) : IEpochWatch
{
    public async Task<IReadOnlySet<GrainId>> WhenDurableAsync(EpochToken epoch)
    {
        if (epoch.Number == 0) return FrozenSet<GrainId>.Empty;
        if (epoch.Silo.Equals(silo.SiloAddress)) return await local.WhenDurable(epoch.Number);
        try
        {
            while (true)
            {
                if (await remote.WhenDurable(epoch) is { } refused) return refused.ToFrozenSet();
            }
        }
        catch (Exception e)
        {
            throw new EpochLostException($"Epoch {epoch.Number} of {epoch.Silo} cannot be followed.", e);
        }
    }

    public void Hurry(IEnumerable<SiloAddress> silos)
    {
        local.Hurry();
        foreach (var other in silos)
            if (!other.Equals(silo.SiloAddress)) remote.Hurry(other);
    }
}
