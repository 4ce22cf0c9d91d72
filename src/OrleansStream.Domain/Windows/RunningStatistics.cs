namespace OrleansStream.Domain.Windows;

/// <summary>
/// Count, mean and variance of a series in constant memory, by Welford's update (Technometrics 4, 1962;
/// Knuth, TAOCP 2, 4.2.2), which does not cancel as the sum of squares does.
/// </summary>
/// <param name="Count">Observations so far.</param>
/// <param name="Mean">Arithmetic mean, 0 without observations.</param>
/// <param name="SquaredDeviations">Σ(x − mean)².</param>
[GenerateSerializer, Alias("OrleansStream.Windows.RunningStatistics"), Immutable]
public readonly record struct RunningStatistics(
    [property: Id(0)] long Count,
    [property: Id(1)] double Mean,
    [property: Id(2)] double SquaredDeviations)
{
    /// <summary>Population variance Σ(x − mean)² / n; 0 without observations.</summary>
    public double Variance => Count > 0 ? SquaredDeviations / Count : 0;

    /// <summary>Standard deviation, the root of <see cref="Variance"/>, in the unit of the observations.</summary>
    public double Deviation => Math.Sqrt(Variance);

    /// <summary>Sum of the observations, as mean × count (not exact to the last digit).</summary>
    public double Total => Mean * Count;

    /// <summary>The statistics with one observation more.</summary>
    public RunningStatistics Add(double observation)
    {
        var count = Count + 1;
        var delta = observation - Mean;
        var mean = Mean + (delta / count);
        return new RunningStatistics(count, mean, SquaredDeviations + (delta * (observation - mean)));
    }
}
