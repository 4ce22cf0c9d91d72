namespace OrleansStream.Domain.Recommendations.Neighbours;

/// <summary>
/// How often visitors of this shop go back to the item they saw last, the one before it, and so on: learned click by click, because shops differ (some lead back to where
/// one was, some drop repeated clicks, some reload). By how many different items the session has so far, and by how many of them came after the item in question.
/// </summary>
public sealed class RevisitHabits
{
    /// <summary>Items back from the last.</summary>
    public const int Depth = 40;

    /// <summary>Sessions of at least so many different items are one kind.</summary>
    public const int Lengths = 12;

    private const double PriorChances = 2, PriorReturns = 0.1;
    private readonly long[] _chances = new long[Lengths * Depth];
    private readonly long[] _returns = new long[Lengths * Depth];

    /// <summary>A click came when the session had so many different items.</summary>
    /// <param name="distinct">At least 1.</param>
    /// <param name="place">Where among them the clicked item was, 0 for the last; −1 when it is new.</param>
    public void Learn(int distinct, int place)
    {
        int row = Row(distinct), seen = Math.Min(distinct, Depth);
        for (int j = 0; j < seen; j++) _chances[row + j]++;
        if (place >= 0 && place < Depth) _returns[row + place]++;
    }

    /// <summary>The probability that the next click of such a session is on the item so many places back.</summary>
    public double Probability(int distinct, int place) =>
        place >= Depth ? 0 : (_returns[Row(distinct) + place] + PriorReturns) / (_chances[Row(distinct) + place] + PriorChances);

    internal (long[] Chances, long[] Returns) Save() => ([.. _chances], [.. _returns]);

    internal void Load(int at, long chances, long returns) => (_chances[at], _returns[at]) = (chances, returns);

    internal void Clear()
    {
        Array.Clear(_chances);
        Array.Clear(_returns);
    }

    private static int Row(int distinct) => (Math.Min(distinct, Lengths) - 1) * Depth;
}
