using System.Globalization;
using System.Text.Json;

namespace OrleansStream.Cli.Evaluation;

/// <summary>How good decisions were.</summary>
/// <param name="Transactions">All.</param>
/// <param name="Frauds">Of these, labelled.</param>
/// <param name="AveragePrecision">Mean of the precision at each fraud, by falling suspicion.</param>
/// <param name="Auc">Probability that a fraud is more suspicious than a genuine transaction.</param>
/// <param name="Precision">Of the alerts, the share of frauds.</param>
/// <param name="Recall">Of the frauds, the share alerted.</param>
/// <param name="AlertRate">Alerts per transaction.</param>
internal sealed record FraudQuality(long Transactions, long Frauds, double AveragePrecision, double Auc, double Precision, double Recall, double AlertRate)
{
    public double Seconds { get; init; }

    public static FraudQuality Of(IReadOnlyList<Scored> decisions, IReadOnlyList<bool> labels, TimeSpan took)
    {
        long frauds = labels.LongCount(label => label), genuine = labels.Count - frauds;
        long alerts = decisions.LongCount(decision => decision.IsAlert);
        long caught = decisions.Zip(labels).LongCount(pair => pair is { First.IsAlert: true, Second: true });
        var (precision, area) = Rank(decisions, labels);
        return new FraudQuality(
            labels.Count, frauds, Round(Ratio(precision, frauds)), Round(Ratio(area, (double)frauds * genuine)), Round(Ratio(caught, alerts)),
            Round(Ratio(caught, frauds)), Round(Ratio(alerts, labels.Count)))
        {
            Seconds = Math.Round(took.TotalSeconds, 1),
        };
    }

    public string ToText() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {Transactions:N0} transactions, {Frauds:N0} frauds, {Seconds:N1} s
        average precision {AveragePrecision:0.0000}   auc {Auc:0.0000}
        precision {Precision:0.000} at recall {Recall:0.000}, alert rate {AlertRate:0.00%}
        """);

    public string ToJson() => JsonSerializer.Serialize(this, EvalJson.Default.FraudQuality);

    /// <summary>Sum of the precision at each fraud, and the number of (fraud, genuine) pairs in the right order; equal suspicion is one step.</summary>
    private static (double Precision, double Area) Rank(IReadOnlyList<Scored> decisions, IReadOnlyList<bool> labels)
    {
        int[] order = [.. Enumerable.Range(0, decisions.Count).OrderByDescending(i => decisions[i].Suspicion)];
        var (found, passed, precision, area) = (0L, 0L, 0.0, 0.0);
        for (var i = 0; i < order.Length;)
        {
            var (hits, misses) = (0L, 0L);
            var suspicion = decisions[order[i]].Suspicion;
            for (; i < order.Length && decisions[order[i]].Suspicion == suspicion; i++)
            {
                hits += labels[order[i]] ? 1 : 0;
                misses += labels[order[i]] ? 0 : 1;
            }

            area += misses * (found + (hits / 2.0));
            (found, passed) = (found + hits, passed + misses);
            precision += hits * (found / (double)(found + passed));
        }

        return (precision, area);
    }

    private static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;

    private static double Round(double value) => Math.Round(value, 4);
}
