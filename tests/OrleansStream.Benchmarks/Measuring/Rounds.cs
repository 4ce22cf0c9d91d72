namespace OrleansStream.Benchmarks.Measuring;

/// <summary>The figures of several rounds: their median, and how far apart they lie.</summary>
internal readonly record struct Rounds(double Median, double Low, double High)
{
    public static Rounds Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        double median = sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
        return new Rounds(median, sorted[0], sorted[^1]);
    }

    public string Text => $"{Median:0.0} ({Low:0.0}–{High:0.0})";

    /// <summary>Thousands: <c>123k (118–130)</c>.</summary>
    public string Thousands => $"{Median / 1000:0.0}k ({Low / 1000:0}–{High / 1000:0})";
}
