namespace OrleansStream.Domain.Observability.Anomalies;

/// <summary>
/// The score of the Numenta Anomaly Benchmark, standard profile (Lavin and Ahmad, "Evaluating Real-time Anomaly Detection Algorithms", ICMLA 2015; numenta/NAB,
/// nab/scorer.py and nab/sweeper.py): the first detection in a window counts the more the earlier it comes, a window without one costs 1, a detection outside costs
/// 0.11 at most and less shortly after a window. The first 15 % of a series, at most 750 rows, are for learning and never count. NAB chooses one threshold per detector that is
/// best over the corpus; here it is part of the detector.
/// </summary>
/// <param name="Raw">Sum over windows and false alarms.</param>
/// <param name="Windows">All.</param>
/// <param name="Detected">Windows with a detection.</param>
/// <param name="FalseAlarms">Detections outside of windows.</param>
/// <param name="Delays">Rows from a window's beginning to its first detection.</param>
public sealed record NabScore(double Raw, int Windows, int Detected, int FalseAlarms, IReadOnlyList<int> Delays)
{
    private const double FalsePositiveWeight = 0.11;

    public static NabScore None { get; } = new(0, 0, 0, 0, []);

    /// <summary>0 for a detector that says nothing, 100 for one that finds each window at its first row and nothing else; below 0 when false alarms outweigh.</summary>
    public double Normalized => Windows == 0 ? 0 : 100 * (Raw + Windows) / (2 * Windows);

    public static NabScore operator +(NabScore left, NabScore right) => new(
        left.Raw + right.Raw, left.Windows + right.Windows, left.Detected + right.Detected, left.FalseAlarms + right.FalseAlarms, [.. left.Delays, .. right.Delays]);

    /// <summary>Rows in which nothing counts.</summary>
    public static int ProbationOf(int rows) => (int)Math.Floor(0.15 * Math.Min(rows, 5000));

    /// <param name="rows">Of the series.</param>
    /// <param name="windows">First and last row of each, ascending.</param>
    /// <param name="detections">Rows, ascending.</param>
    public static NabScore Of(int rows, IReadOnlyList<(int First, int Last)> windows, IReadOnlyList<int> detections)
    {
        int probation = ProbationOf(rows), falseAlarms = 0;
        double raw = 0;
        var found = new int?[windows.Count];
        foreach (int row in detections.Where(d => d >= probation))
        {
            int within = IndexOf(windows, w => row >= w.First && row <= w.Last);
            if (within >= 0)
            {
                found[within] ??= row;
                continue;
            }
            falseAlarms++;
            int before = LastBefore(windows, row);
            // Before any window it is as wrong as can be.
            raw += FalsePositiveWeight * (before < 0 ? -1 : Sigmoid((row - windows[before].Last) / (double)Math.Max(1, windows[before].Last - windows[before].First)));
        }
        for (int i = 0; i < found.Length; i++)
        {
            double width = windows[i].Last - windows[i].First + 1;
            raw += found[i] is { } row ? Sigmoid(-(windows[i].Last - row + 1) / width) / Sigmoid(-1) : -1;
        }
        return new NabScore(raw, windows.Count, found.Count(f => f is not null), falseAlarms, [.. found.Select((f, i) => f - windows[i].First).OfType<int>()]);
    }

    /// <summary>From 1 at the left end of a window (−1) through 0 at its right end to −1.</summary>
    private static double Sigmoid(double position) => position > 3 ? -1 : (2 / (1 + Math.Exp(5 * position))) - 1;

    private static int IndexOf(IReadOnlyList<(int First, int Last)> windows, Func<(int First, int Last), bool> holds)
    {
        for (int i = 0; i < windows.Count; i++)
            if (holds(windows[i])) return i;
        return -1;
    }

    private static int LastBefore(IReadOnlyList<(int First, int Last)> windows, int row)
    {
        int last = -1;
        for (int i = 0; i < windows.Count; i++)
            if (windows[i].Last < row) last = i;
        return last;
    }
}
