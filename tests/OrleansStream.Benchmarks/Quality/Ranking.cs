namespace OrleansStream.Benchmarks.Quality;

/// <summary>How well scores put frauds first.</summary>
internal sealed record Ranking(double AveragePrecision, double Auc, double Precision, double Recall, double AlertRate)
{
    /// <param name="scores">Higher is more suspicious.</param>
    /// <param name="labels">What it was.</param>
    /// <param name="threshold">From which on it is an alert.</param>
    public static Ranking Of(IReadOnlyList<double> scores, IReadOnlyList<bool> labels, double threshold)
    {
        int[] order = [.. Enumerable.Range(0, scores.Count).OrderByDescending(i => scores[i])];
        long frauds = labels.LongCount(l => l), genuine = scores.Count - frauds;
        var (found, passed, precision, area) = (0L, 0L, 0.0, 0.0);
        for (int i = 0; i < order.Length;)
        {
            // Equal scores are one step: their order is nobody's merit.
            int end = i;
            var (hits, misses) = (0L, 0L);
            for (; end < order.Length && scores[order[end]] == scores[order[i]]; end++)
            {
                if (labels[order[end]]) hits++;
                else misses++;
            }
            area += misses * (found + (hits / 2.0));
            (found, passed) = (found + hits, passed + misses);
            precision += hits * (found / (double)(found + passed));
            i = end;
        }
        int alerts = scores.Count(s => s >= threshold), caught = Enumerable.Range(0, scores.Count).Count(i => labels[i] && scores[i] >= threshold);
        return new Ranking(
            precision / frauds, area / ((double)frauds * genuine), alerts == 0 ? 0 : caught / (double)alerts, caught / (double)frauds, alerts / (double)scores.Count);
    }

    public override string ToString() => FormattableString.Invariant(
        $"AP {AveragePrecision:F4}  AUC {Auc:F4}  precision {Precision:F3}  recall {Recall:F3}  alerts {AlertRate:P2}");
}
