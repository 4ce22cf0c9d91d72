using System.Collections.Immutable;
using OrleansStream.Domain.Observability.Packing;

namespace OrleansStream.Domain.Observability.Sketches;

/// <summary>Sketches as bytes: distances between buckets and counts.</summary>
internal static class LatencySketchPacking
{
    public static byte[] Pack(LatencySketch sketch)
    {
        var writer = new PackWriter();
        writer.Write(sketch);
        return writer.ToArray();
    }

    public static LatencySketch Unpack(ReadOnlySpan<byte> packed)
    {
        var reader = new PackReader(packed);
        return reader.ReadSketch();
    }

    public static void Write(this PackWriter writer, LatencySketch sketch)
    {
        var pairs = sketch.IsEmpty ? [] : sketch.Pairs;
        writer.Count(pairs.Length / 2);
        for (int i = 0, last = 0; i < pairs.Length; last = pairs[i], i += 2)
        {
            writer.Count(pairs[i] - last);
            writer.Count(pairs[i + 1]);
        }
    }

    public static LatencySketch ReadSketch(this ref PackReader reader)
    {
        int count = reader.Length();
        if (count == 0) return LatencySketch.Empty;
        var pairs = ImmutableArray.CreateBuilder<int>(2 * count);
        for (int i = 0, bucket = 0; i < count; i++)
        {
            bucket += (int)reader.Count();
            pairs.Add(bucket);
            pairs.Add((int)reader.Count());
        }
        return new LatencySketch(pairs.MoveToImmutable());
    }
}
