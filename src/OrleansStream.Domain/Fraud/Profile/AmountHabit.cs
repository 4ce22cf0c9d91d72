namespace OrleansStream.Domain.Fraud;

/// <summary>
/// Count, mean and deviation of amounts on a logarithmic scale, where the habit of a frugal card and of a lavish one look alike. Integer sums: any
/// order of events gives the same, and an event can be taken out again.
/// </summary>
/// <param name="Count">Amounts so far.</param>
/// <param name="Sum">Σ of <see cref="Milli"/>.</param>
/// <param name="SumOfSquares">Σ of its squares.</param>
[GenerateSerializer, Alias("OrleansStream.Fraud.AmountHabit"), Immutable]
public readonly record struct AmountHabit([property: Id(0)] int Count, [property: Id(1)] long Sum, [property: Id(2)] long SumOfSquares)
{
    // Two purchases of the same price make no habit of that price.
    private const double SmallestVariance = 0.05;

    /// <summary>ln(1 + amount) in thousandths: 0 to 27,632.</summary>
    public static int Milli(double amount) => (int)Math.Round(1000 * Math.Log(1 + amount));

    public AmountHabit Add(int milli) => new(Count + 1, Sum + milli, SumOfSquares + ((long)milli * milli));

    /// <summary>Without an amount that was added before.</summary>
    public AmountHabit Remove(int milli) => Count <= 1 ? default : new(Count - 1, Sum - milli, SumOfSquares - ((long)milli * milli));

    /// <summary>
    /// Mean and standard deviation of ln(1 + amount), drawn to what is usual among all cards (empirical Bayes: Efron and Morris, JASA 70, 1975), so that a
    /// young card is judged by the others.
    /// </summary>
    public AmountScale Scale(double usual, double usualDeviation, double strength)
    {
        var own = Count > 0 ? (SumOfSquares / 1e6) - (Sum / 1000.0 * (Sum / 1000.0) / Count) : 0;
        var variance = (Math.Max(0, own) + (strength * usualDeviation * usualDeviation)) / (Count + strength);
        var mean = ((Sum / 1000.0) + (strength * usual)) / (Count + strength);
        return new AmountScale(mean, Math.Sqrt(Math.Max(SmallestVariance, variance)));
    }
}

/// <summary>What an amount is measured by.</summary>
/// <param name="Mean">Of ln(1 + amount).</param>
/// <param name="Deviation">Standard deviation of the same, above 0.</param>
public readonly record struct AmountScale(double Mean, double Deviation)
{
    /// <summary>How many standard deviations ln(1 + amount) lies above the mean.</summary>
    public double Of(double logAmount) => (logAmount - Mean) / Deviation;
}
