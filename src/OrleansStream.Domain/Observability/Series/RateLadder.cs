using System.Collections.Immutable;
using OrleansStream.Domain.Observability.Packing;

namespace OrleansStream.Domain.Observability.Series;

/// <param name="Total">All.</param>
/// <param name="Bad">Of these, bad.</param>
public readonly record struct RateCount(long Total, long Bad)
{
    public double Ratio => Total == 0 ? 0 : Bad / (double)Total;

    public static RateCount operator +(RateCount left, RateCount right) => new(left.Total + right.Total, left.Bad + right.Bad);
}

/// <summary>
/// Totals and bad ones over windows of up to three days in some dozens of numbers: closed minutes at four widths, coarser the longer ago. A window is cut to a thirteenth
/// of its length at worst; its oldest bucket counts by the share of it that lies within.
/// </summary>
public readonly record struct RateLadder(ImmutableArray<RateBucket> Buckets)
{
    private static readonly (int Minutes, int Count)[] Levels = [(1, 7), (5, 14), (30, 14), (360, 14)];

    public static RateLadder Empty { get; } = new([]);

    private ImmutableArray<RateBucket> Safe => Buckets.IsDefault ? [] : Buckets;

    /// <summary>Takes a minute in, once.</summary>
    /// <param name="minute">Unix minutes.</param>
    /// <param name="count">Of it.</param>
    public RateLadder Add(long minute, RateCount count)
    {
        var buckets = Safe.ToBuilder();
        for (int level = 0; level < Levels.Length; level++)
        {
            long at = minute / Levels[level].Minutes;
            int index = buckets.Count;
            for (int i = 0; i < buckets.Count && index == buckets.Count; i++)
                if (buckets[i].Level == level && buckets[i].At == at) index = i;
            if (index < buckets.Count) buckets[index] = buckets[index] with { Count = buckets[index].Count + count };
            else buckets.Add(new RateBucket(level, at, count));
            long oldest = at - Levels[level].Count + 1;
            int of = level;
            buckets.RemoveAll(b => b.Level == of && b.At < oldest);
        }
        return new(buckets.ToImmutable());
    }

    /// <summary>Of closed minutes, what lies in the window of so many seconds that ends with a second.</summary>
    public RateCount Window(long endSecond, long seconds)
    {
        int level = 0;
        while (level < Levels.Length - 1 && (Levels[level].Count - 1) * Levels[level].Minutes * 60L < seconds) level++;
        long width = Levels[level].Minutes * 60L, from = endSecond + 1 - seconds;
        double total = 0, bad = 0;
        foreach (var bucket in Safe)
        {
            if (bucket.Level != level) continue;
            long start = bucket.At * width, end = start + width;
            if (end <= from || start > endSecond) continue;
            double share = start >= from ? 1 : (end - from) / (double)width;
            total += share * bucket.Count.Total;
            bad += share * bucket.Count.Bad;
        }
        return new RateCount((long)Math.Round(total), (long)Math.Round(bad));
    }

    internal void Write(PackWriter writer)
    {
        writer.Count(Safe.Length);
        var last = new long[Levels.Length];
        foreach (var bucket in Safe)
        {
            writer.Count(bucket.Level);
            writer.Int(bucket.At - last[bucket.Level]);
            last[bucket.Level] = bucket.At;
            writer.Count(bucket.Count.Total);
            writer.Count(bucket.Count.Bad);
        }
    }

    internal static RateLadder Read(ref PackReader reader)
    {
        var buckets = ImmutableArray.CreateBuilder<RateBucket>();
        var last = new long[Levels.Length];
        for (int count = reader.Length(); count > 0; count--)
        {
            int level = Math.Min((int)reader.Count(), Levels.Length - 1);
            last[level] += reader.Int();
            buckets.Add(new RateBucket(level, last[level], new RateCount(reader.Count(), reader.Count())));
        }
        return new(buckets.ToImmutable());
    }
}

/// <param name="Level">Which width.</param>
/// <param name="At">Which bucket of that width since 1970.</param>
/// <param name="Count">What was in it.</param>
public readonly record struct RateBucket(int Level, long At, RateCount Count);
