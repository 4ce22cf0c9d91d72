namespace OrleansStream.Domain.Fraud;

/// <summary>
/// Transactions and confirmed frauds of one merchant or terminal, by week of event time, over <see cref="Weeks"/> weeks: labels come days after, and what was
/// compromised is cleaned at last. A transaction older than the window changes nothing, so that any order of events gives the same.
/// </summary>
public sealed class RiskWindow
{
    public const int Weeks = 5;

    /// <summary>One fraud among few transactions is chance: the estimate starts as if one had been expected and one been seen.</summary>
    private const double PriorFrauds = 1;
    private readonly int[] _transactions = new int[Weeks];
    private readonly int[] _frauds = new int[Weeks];

    /// <summary>Newest week, counted from year 1.</summary>
    public int Newest { get; private set; } = -1;

    public void See(DateTimeOffset time) => Add(_transactions, WeekOf(time), 1);

    /// <summary>A fraud of this time was confirmed, or with −1 turned out to be none.</summary>
    public void Confirm(DateTimeOffset time, int count = 1) => Add(_frauds, WeekOf(time), count);

    /// <summary>Frauds confirmed within the window that ends at the time.</summary>
    public int FraudsAt(DateTimeOffset time) => Sum(_frauds, WeekOf(time));

    public int TransactionsAt(DateTimeOffset time) => Sum(_transactions, WeekOf(time));

    /// <summary>ln((frauds + a) / (expected + a)) for a rate expected of anybody, within −2.5 and 4: Gamma-Poisson smoothing.</summary>
    public double LogOddsAt(DateTimeOffset time, double rate) =>
        Math.Clamp(Math.Log((FraudsAt(time) + PriorFrauds) / ((TransactionsAt(time) * rate) + PriorFrauds)), -2.5, 4);

    internal (int Newest, int[] Transactions, int[] Frauds) Save() => (Newest, _transactions, _frauds);

    internal static RiskWindow Restore(int newest, int[] transactions, int[] frauds)
    {
        var window = new RiskWindow { Newest = newest };
        transactions.CopyTo(window._transactions, 0);
        frauds.CopyTo(window._frauds, 0);
        return window;
    }

    private static int WeekOf(DateTimeOffset time) => (int)(time.UtcTicks / TimeSpan.TicksPerDay / 7);

    private void Add(int[] counts, int week, int count)
    {
        if (week > Newest)
        {
            for (var w = Math.Max(Newest + 1, week - Weeks + 1); w <= week; w++)
                (_transactions[w % Weeks], _frauds[w % Weeks]) = (0, 0);
            Newest = week;
        }

        if (week > Newest - Weeks)
            counts[week % Weeks] = Math.Max(0, counts[week % Weeks] + count);
    }

    private int Sum(int[] counts, int week)
    {
        var sum = 0;
        for (var w = Math.Max(week, Newest) - Weeks + 1; w <= week && w <= Newest; w++)
        {
            if (w > Newest - Weeks)
                sum += counts[w % Weeks];
        }

        return sum;
    }
}
