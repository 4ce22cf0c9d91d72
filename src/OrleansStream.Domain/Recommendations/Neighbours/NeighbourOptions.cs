namespace OrleansStream.Domain.Recommendations.Neighbours;

/// <summary>
/// Bounds of the index and weights of its answers. The weights are round numbers near the best of sweeps over time splits of several kinds of shop (with and without
/// revisits, with repeated clicks); around them the quality is flat.
/// </summary>
public sealed record NeighbourOptions
{
    public static NeighbourOptions Default { get; } = new();

    /// <summary>Sessions kept, the most recently begun. Some 100 bytes each with their items.</summary>
    public int MaxSessions { get; init; } = 1_000_000;

    /// <summary>Items known. When there are more, the oldest sessions go before their time, and with them the items only they had.</summary>
    public int MaxItems { get; init; } = 2_000_000;

    /// <summary>Items kept of a session, the last; who clicks more is no visitor like others.</summary>
    public int MaxSessionItems { get; init; } = 100;

    /// <summary>m of VMIS-kNN: of the sessions with an item only the most recent are looked at.</summary>
    public int SessionsPerItem { get; init; } = 500;

    /// <summary>k of VMIS-kNN: so many neighbours vote.</summary>
    public int Neighbours { get; init; } = 100;

    /// <summary>The last items of the session that look for neighbours.</summary>
    public int QueryItems { get; init; } = 15;

    /// <summary>What an item of the session weighs against the one after it.</summary>
    public double PositionDecay { get; init; } = 0.65;

    /// <summary>A neighbour's similarity is divided by its number of items to this power: a long session resembles many.</summary>
    public double LengthExponent { get; init; } = 0.25;

    /// <summary>What the oldest session kept weighs against the newest. By rank, not by time: shops differ in how fast they are.</summary>
    public double OldestWeight { get; init; } = 0.5;

    /// <summary>In a neighbour, what a step away from the item in common costs, forwards.</summary>
    public double ForwardDecay { get; init; } = 0.7;

    /// <summary>The same backwards.</summary>
    public double BackwardDecay { get; init; } = 0.85;

    /// <summary>How much it counts for a vote how recent the item in common is (exponent).</summary>
    public double MatchExponent { get; init; } = 0.5;

    /// <summary>How much a vote counts more for an item that few sessions have (exponent of idf).</summary>
    public double RarityExponent { get; init; } = 0.5;

    /// <summary>Items of the session itself against new ones; above 1 because returning is certain where it is learned and neighbours are a guess.</summary>
    public double RevisitWeight { get; init; } = 1.3;

    /// <summary>0: which item is returned to depends on how long ago it was seen alone; 1: on neighbours alone.</summary>
    public double RevisitNeighbourShare { get; init; } = 0.2;
}
