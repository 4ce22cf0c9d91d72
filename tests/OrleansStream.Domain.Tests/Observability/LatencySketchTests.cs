using CsCheck;
using OrleansStream.Domain.Observability.Sketches;

namespace OrleansStream.Domain.Tests.Observability;

public sealed class LatencySketchTests
{
    private static readonly Gen<double[]> Latencies = Gen.Double[0.001, 1e7].Array[1, 300];

    [Fact]
    public void QuantilesAreWithinTheStatedError_WhateverTheLatencies() => Latencies.Sample(latencies =>
    {
        var sketch = latencies.Aggregate(LatencySketch.Empty, (s, ms) => s.Add(ms));
        double[] sorted = [.. latencies.Order()];
        foreach (double q in (double[])[0, 0.01, 0.5, 0.9, 0.99, 1])
        {
            double exact = sorted[(int)Math.Floor(q * (sorted.Length - 1))], told = sketch.Quantile(q)!.Value;
            Assert.True(Math.Abs(told - exact) <= (LatencySketch.RelativeError * exact) + 1e-9, $"q={q}: {told} for {exact}");
        }
    });

    [Fact]
    public void IsTheSketchOfAll_WhenPartsAreMergedInAnyOrder() => Gen.Select(Latencies, Latencies, Latencies).Sample((a, b, c) =>
    {
        var (x, y, z) = (Of(a), Of(b), Of(c));
        Assert.Equal(Of([.. a, .. b, .. c]), x.Merge(y).Merge(z));
        Assert.Equal(x.Merge(y.Merge(z)), z.Merge(y).Merge(x));
    });

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(double.NaN)]
    [InlineData(1e-9)]
    public void CountsInTheFirstBucket_WhenALatencyIsNone(double ms) => Assert.Equal(0, LatencySketch.BucketOf(ms));

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e30)]
    public void CountsInTheLastBucket_WhenALatencyIsEndless(double ms) => Assert.Equal(LatencySketch.MaxBuckets - 1, LatencySketch.BucketOf(ms));

    [Fact]
    public void TakesOnlyWhatMakesSense_WhenPairsComeFromOutside()
    {
        var sketch = LatencySketch.Of([9, 2, 3, 1, 9, 4, 5, -7, -3, 1, 100_000, 2, 8]);
        Assert.Equal([0, 1, 3, 1, 9, 6, LatencySketch.MaxBuckets - 1, 2], sketch.Pairs);
        Assert.Equal(10, sketch.Count);
        Assert.Null(LatencySketch.Of([]).Quantile(0.5));
    }

    [Fact]
    public void CoversADay_WithItsLastBucket() => Assert.InRange(LatencySketch.ValueOf(LatencySketch.MaxBuckets - 1), 86_400_000, 1e9);

    private static LatencySketch Of(double[] latencies) => latencies.Aggregate(LatencySketch.Empty, (s, ms) => s.Add(ms));
}
