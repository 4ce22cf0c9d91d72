using System.Collections.Immutable;
using OrleansStream.Domain.Observability.Packing;

namespace OrleansStream.Domain.Observability.Metrics;

/// <summary>The newest points of a service's series of sums and histograms, at most <see cref="Max"/>. Series that are silent for an hour make room; live ones stay.</summary>
public sealed record SeriesTable(ImmutableArray<FormerPoint> Points)
{
    public const int Max = 96;
    private const long StaleMs = 3_600_000;

    public static SeriesTable Empty { get; } = new([]);

    public FormerPoint? Find(ulong series)
    {
        int at = IndexOf(series);
        return at >= 0 ? Points[at] : null;
    }

    /// <summary>With the point as its series' newest; null when there is no room.</summary>
    public SeriesTable? With(FormerPoint point)
    {
        int at = IndexOf(point.Series);
        if (at >= 0) return new(Points.SetItem(at, point));
        var points = Points;
        if (points.Length >= Max) points = points.RemoveAll(p => p.Time < point.Time - StaleMs);
        if (points.Length >= Max) return null;
        at = points.BinarySearch(point, BySeries);
        return new(points.Insert(~at, point));
    }

    internal void Write(PackWriter writer)
    {
        writer.Count(Points.Length);
        long time = 0, start = 0;
        foreach (var p in Points)
        {
            writer.Fixed(p.Series);
            writer.Int(p.Start - start);
            writer.Int(p.Time - time);
            writer.Number(p.Value);
            writer.Count(p.Count);
            writer.Int(p.Scale);
            writer.Int(p.Offset);
            writer.Count(p.Buckets.Length);
            foreach (long count in p.Buckets) writer.Count(count);
            (time, start) = (p.Time, p.Start);
        }
    }

    internal static SeriesTable Read(ref PackReader reader)
    {
        int count = reader.Length();
        var points = ImmutableArray.CreateBuilder<FormerPoint>(count);
        long time = 0, start = 0;
        for (int i = 0; i < count; i++)
        {
            ulong series = reader.Fixed();
            start += reader.Int();
            time += reader.Int();
            double value = reader.Number();
            long values = reader.Count();
            int scale = (int)reader.Int(), offset = (int)reader.Int();
            var buckets = new long[reader.Length()];
            for (int b = 0; b < buckets.Length; b++) buckets[b] = reader.Count();
            points.Add(new FormerPoint(series, start, time, value, values, [.. buckets]) { Scale = scale, Offset = offset });
        }
        return new(points.MoveToImmutable());
    }

    private static Comparer<FormerPoint> BySeries { get; } = Comparer<FormerPoint>.Create((a, b) => a.Series.CompareTo(b.Series));

    private int IndexOf(ulong series)
    {
        int low = 0, high = Points.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >> 1;
            int order = Points[middle].Series.CompareTo(series);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }
}
