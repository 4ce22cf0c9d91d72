namespace OrleansStream.Domain.Fraud;

/// <summary>
/// How amounts and times of day are spread among all transactions and among confirmed frauds, in one category or in all. Decayed counts
/// (<see cref="ForwardDecay"/>), bands of half an octave.
/// </summary>
internal sealed class CategoryRisk
{
    public const int Bands = 48;
    public const int Parts = 8;

    public double Count { get; set; }
    public double Frauds { get; set; }
    public double[] ByBand { get; set; } = new double[Bands];
    public double[] FraudsByBand { get; set; } = new double[Bands];
    public double[] ByPart { get; set; } = new double[Parts];
    public double[] FraudsByPart { get; set; } = new double[Parts];

    public void See(double amount, int hour, double weight)
    {
        Count += weight;
        ByBand[BandOf(amount)] += weight;
        ByPart[PartOf(amount, hour)] += weight;
    }

    /// <summary>A negative weight takes a fraud back.</summary>
    public void Confirm(double amount, int hour, double weight)
    {
        Frauds = Math.Max(0, Frauds + weight);
        Add(FraudsByBand, BandOf(amount), weight);
        Add(FraudsByPart, PartOf(amount, hour), weight);
    }

    public CategoryRisk Copy() => new()
    {
        Count = Count, Frauds = Frauds, ByBand = [.. ByBand], FraudsByBand = [.. FraudsByBand], ByPart = [.. ByPart], FraudsByPart = [.. FraudsByPart],
    };

    private static void Add(double[] counts, int index, double weight) => counts[index] = Math.Max(0, counts[index] + weight);

    /// <summary>2·log₂(1 + amount): 100 is in band 13, a million in band 39.</summary>
    public static int BandOf(double amount) => Math.Min(Bands - 1, (int)(2 * Math.Log2(1 + amount)));

    /// <summary>Four sizes of amounts, each by night and by day; a part and its other half differ in the lowest bit.</summary>
    public static int PartOf(double amount, int hour) =>
        (2 * (amount < 30 ? 0 : amount < 120 ? 1 : amount < 400 ? 2 : 3)) + (NightHours.Contains(hour) ? 1 : 0);

    /// <summary>A count with half of itself and a quarter of each neighbour: bands are cut by chance.</summary>
    public static double Smooth(double[] counts, int band) =>
        (counts[band] / 2) + ((counts[Math.Max(0, band - 1)] + counts[Math.Min(Bands - 1, band + 1)]) / 4);
}

/// <summary>When shops are closed and owners asleep: 22 to 4 o'clock, by the clock of the transaction's place.</summary>
public static class NightHours
{
    public const int Share = 6;

    public static bool Contains(int hour) => hour is >= 22 or < 4;
}
