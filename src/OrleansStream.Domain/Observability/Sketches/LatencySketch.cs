using System.Collections.Immutable;

namespace OrleansStream.Domain.Observability.Sketches;

/// <summary>
/// Latencies as counts in logarithmic buckets. Quantiles are within <see cref="RelativeError"/> of a value that was there; sketches add up without loss, in any order.
/// Bounded: 1 µs to 30 h in <see cref="MaxBuckets"/> buckets, what lies outside counts in the first or last.
/// </summary>
/// <remarks>DDSketch (Masson, Rim, Lee, VLDB 2019): bucket i holds (γ^(i−1), γ^i], γ = (1 + α) / (1 − α); its middle 2γ^i / (γ + 1) is within α of all of it.</remarks>
/// <param name="Pairs">Bucket and count, by ascending bucket; buckets count from 0, which is all up to <see cref="LowestMs"/>.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.LatencySketch")]
public readonly record struct LatencySketch([property: Id(0)] ImmutableArray<int> Pairs)
{
    public const double RelativeError = 0.02;
    public const double LowestMs = 0.001;
    public const int MaxBuckets = 640;

    private static readonly double Gamma = (1 + RelativeError) / (1 - RelativeError);
    private static readonly double LogGamma = Math.Log(Gamma);

    public static LatencySketch Empty { get; } = new([]);

    public bool IsEmpty => Pairs.IsDefaultOrEmpty;

    public long Count
    {
        get
        {
            long count = 0;
            for (int i = 1; i < Safe.Length; i += 2) count += Safe[i];
            return count;
        }
    }

    private ImmutableArray<int> Safe => Pairs.IsDefault ? [] : Pairs;

    /// <summary>The bucket of a latency; what is no number or negative counts as 0.</summary>
    public static int BucketOf(double ms)
    {
        if (!(ms > LowestMs)) return 0;
        // The tolerance keeps a bucket's own upper bound in it.
        double bucket = Math.Ceiling((Math.Log(ms / LowestMs) / LogGamma) - 1e-9);
        return (int)Math.Min(bucket, MaxBuckets - 1);
    }

    /// <summary>What a bucket's latencies are taken for, milliseconds.</summary>
    public static double ValueOf(int bucket) => bucket <= 0 ? LowestMs : LowestMs * 2 * Math.Pow(Gamma, bucket) / (Gamma + 1);

    /// <summary>Takes pairs from outside: they may be unordered, repeated, negative or cut short.</summary>
    public static LatencySketch Of(ReadOnlySpan<int> pairs)
    {
        if (pairs.Length < 2) return Empty;
        if (IsInOrder(pairs)) return new([.. pairs]);
        var counts = new SortedDictionary<int, int>();
        for (int i = 0; i + 1 < pairs.Length; i += 2)
        {
            if (pairs[i + 1] <= 0) continue;
            int bucket = Math.Clamp(pairs[i], 0, MaxBuckets - 1);
            counts[bucket] = Sum(counts.GetValueOrDefault(bucket), pairs[i + 1]);
        }
        return new([.. counts.SelectMany(c => new[] { c.Key, c.Value })]);
    }

    /// <summary>Both together.</summary>
    public LatencySketch Merge(LatencySketch other)
    {
        if (other.IsEmpty) return this;
        if (IsEmpty) return other;
        var (left, right) = (Pairs, other.Pairs);
        var merged = ImmutableArray.CreateBuilder<int>(left.Length + right.Length);
        for (int i = 0, j = 0; i < left.Length || j < right.Length;)
        {
            int order = i >= left.Length ? 1 : j >= right.Length ? -1 : left[i].CompareTo(right[j]);
            merged.Add(order <= 0 ? left[i] : right[j]);
            merged.Add(order < 0 ? left[i + 1] : order > 0 ? right[j + 1] : Sum(left[i + 1], right[j + 1]));
            if (order <= 0) i += 2;
            if (order >= 0) j += 2;
        }
        return new(merged.DrainToImmutable());
    }

    /// <summary>With so many latencies of one size more.</summary>
    public LatencySketch Add(double ms, int count = 1) => count <= 0 ? this : Merge(new([BucketOf(ms), count]));

    /// <summary>The latency that a share q (0 to 1) of all does not exceed, milliseconds; null when there are none.</summary>
    public double? Quantile(double q)
    {
        long count = Count;
        if (count == 0) return null;
        long rank = (long)Math.Floor(Math.Clamp(q, 0, 1) * (count - 1)), seen = 0;
        for (int i = 0; i < Pairs.Length; i += 2)
        {
            seen += Pairs[i + 1];
            if (seen > rank) return ValueOf(Pairs[i]);
        }
        return ValueOf(Pairs[^2]);
    }

    public bool Equals(LatencySketch other) => Safe.AsSpan().SequenceEqual(other.Safe.AsSpan());

    public override int GetHashCode() => Safe.Length == 0 ? 0 : HashCode.Combine(Safe.Length, Safe[0], Safe[^1]);

    /// <summary>As every sketch writes them.</summary>
    private static bool IsInOrder(ReadOnlySpan<int> pairs)
    {
        if (pairs.Length % 2 != 0 || pairs[^2] >= MaxBuckets) return false;
        for (int i = 0, last = -1; i < pairs.Length; last = pairs[i], i += 2)
            if (pairs[i] <= last || pairs[i + 1] <= 0) return false;
        return true;
    }

    private static int Sum(int left, int right) => (int)Math.Min((long)left + right, int.MaxValue);
}
