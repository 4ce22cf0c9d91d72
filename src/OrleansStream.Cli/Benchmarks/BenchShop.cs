using System.Globalization;

namespace OrleansStream.Cli.Benchmarks;

/// <summary>
/// A made-up shop: items in families of fifty, sessions that stay in a family, some families and some items of each looked at far more than others. The same numbers give the
/// same shop.
/// </summary>
internal sealed class BenchShop(int items)
{
    private const int FamilySize = 50;
    private const int SessionSteps = 4;
    private readonly int _families = Math.Max(1, items / FamilySize);

    public int Items => _families * FamilySize;

    public static string ItemId(int item) => string.Create(CultureInfo.InvariantCulture, $"bench-item-{item}");

    public static string CategoryOf(int item) => string.Create(CultureInfo.InvariantCulture, $"bench-category-{item / FamilySize % 1_000}");

    /// <summary>How many steps a session of before has: two to five.</summary>
    public static int StepsOf(long session) => 2 + (int)(Mix((ulong)session) % SessionSteps);

    /// <summary>What a session looks at in its step.</summary>
    public int Item(long session, int step)
    {
        var family = Skewed(Mix((ulong)session * 31), _families);
        return (family * FamilySize) + Skewed(Mix(((ulong)session * 131) + (ulong)step), FamilySize);
    }

    /// <summary>The square of a fair number: the first of a hundred come ten times as often as the last.</summary>
    private static int Skewed(ulong random, int count)
    {
        var fair = (random >> 11) * (1.0 / (1UL << 53));
        return (int)(fair * fair * count);
    }

    // SplitMix64, public domain (Vigna 2015).
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
