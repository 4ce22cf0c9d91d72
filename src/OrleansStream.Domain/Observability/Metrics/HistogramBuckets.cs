using System.Collections.Immutable;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Domain.Observability.Sketches;

namespace OrleansStream.Domain.Observability.Metrics;

/// <summary>
/// A histogram's buckets as a sketch. An exponential bucket counts at its geometric middle: the error is the sketch's and half of the bucket's width. Of an explicit one
/// nothing says where in it its values are: they are spread over it evenly, as Prometheus takes them.
/// </summary>
public static class HistogramBuckets
{
    /// <summary>Buckets that are kept of a series: as many as fit a service's state. OpenTelemetry's default for HTTP has 15.</summary>
    public const int MaxKept = 40;
    private const int Parts = 4;

    /// <summary>What the buckets grew by since the former point; all of them after a reset, or when they are other buckets than before.</summary>
    public static long[] Growth(FormerPoint? former, HistogramPoint point, bool isWhole)
    {
        var growth = new long[point.Buckets.Length];
        bool isExponential = point.Bounds is null;
        for (int i = 0; i < growth.Length; i++)
        {
            long before = isWhole || former is null ? 0 : isExponential ? FormerCount(former, point, i) : i < former.Buckets.Length ? former.Buckets[i] : 0;
            growth[i] = Math.Max(0, point.Buckets[i] - before);
        }
        return growth;
    }

    /// <param name="point">Whose bounds count.</param>
    /// <param name="growth">Counts of its buckets.</param>
    /// <param name="zeros">Values of 0.</param>
    public static LatencySketch ToSketch(HistogramPoint point, ReadOnlySpan<long> growth, long zeros)
    {
        var pairs = new List<int>();
        Put(pairs, 0, zeros);
        for (int i = 0; i < growth.Length; i++)
        {
            if (growth[i] <= 0) continue;
            if (point.Bounds is { } bounds) PutExplicit(pairs, point, bounds, i, growth[i]);
            else Put(pairs, Math.Pow(2, (point.Offset + i + 0.5) * Math.Pow(2, -point.Scale)) * point.UnitMs, growth[i]);
        }
        return LatencySketch.Of(pairs.ToArray());
    }

    private static void PutExplicit(List<int> pairs, HistogramPoint point, double[] bounds, int bucket, long count)
    {
        double low = bucket == 0 ? Math.Min(0, bounds.Length == 0 ? 0 : bounds[0]) : bounds[Math.Min(bucket, bounds.Length) - 1];
        double high = bucket < bounds.Length ? bounds[bucket] : point.Max is { } max && max > low ? max : low;
        // Known extremes narrow the outer buckets of a point that counts by itself; those of a cumulative one are of its whole life.
        if (point.IsDelta && point.Max is { } most && most > low && most < high) high = most;
        if (point.IsDelta && point.Min is { } least && least > low && least < high) low = least;
        for (int part = 0; part < Parts; part++)
        {
            long share = (count * (part + 1) / Parts) - (count * part / Parts);
            Put(pairs, (low + ((high - low) * ((2 * part) + 1) / (2 * Parts))) * point.UnitMs, share);
        }
    }

    private static void Put(List<int> pairs, double ms, long count)
    {
        if (count <= 0) return;
        pairs.Add(LatencySketch.BucketOf(ms));
        pairs.Add((int)Math.Min(count, int.MaxValue));
    }

    /// <summary>An exporter that meets larger values makes its buckets coarser: 2^k former buckets are one of today's.</summary>
    private static long FormerCount(FormerPoint former, HistogramPoint point, int bucket)
    {
        int shift = former.Scale - point.Scale;
        if (shift is < 0 or > 20) return 0;
        long first = ((long)point.Offset + bucket) << shift, count = 0;
        for (long i = Math.Max(first, former.Offset); i < first + (1L << shift) && i - former.Offset < former.Buckets.Length; i++) count += former.Buckets[(int)(i - former.Offset)];
        return count;
    }

    /// <summary>The buckets as they are kept: exponential ones made coarser until they are few enough, explicit ones as they are.</summary>
    public static (ImmutableArray<long> Buckets, int Scale, int Offset) Kept(HistogramPoint point)
    {
        if (point.Bounds is not null) return ([.. point.Buckets.AsSpan(0, Math.Min(point.Buckets.Length, MaxKept))], 0, 0);
        var (buckets, scale, offset) = (point.Buckets, point.Scale, point.Offset);
        while (buckets.Length > MaxKept)
        {
            int first = offset >> 1;
            var coarser = new long[((offset + buckets.Length - 1) >> 1) - first + 1];
            for (int i = 0; i < buckets.Length; i++) coarser[((offset + i) >> 1) - first] += buckets[i];
            (buckets, scale, offset) = (coarser, scale - 1, first);
        }
        return ([.. buckets], scale, offset);
    }
}
