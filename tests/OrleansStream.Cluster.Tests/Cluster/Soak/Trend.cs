namespace OrleansStream.Cluster.Tests.Cluster.Soak;

/// <summary>Where noisy figures go.</summary>
internal static class Trend
{
    /// <summary>The median of the slopes between all pairs of points (Theil and Sen): a third of them may be outliers.</summary>
    /// <returns>Y per X; 0 for fewer than two points.</returns>
    public static double Slope(IReadOnlyList<(double X, double Y)> points)
    {
        var slopes = new List<double>(points.Count * Math.Max(0, points.Count - 1) / 2);
        for (int i = 0; i < points.Count; i++)
            for (int j = i + 1; j < points.Count; j++)
                if (points[j].X > points[i].X) slopes.Add((points[j].Y - points[i].Y) / (points[j].X - points[i].X));
        return slopes.Count == 0 ? 0 : Median(slopes);
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
