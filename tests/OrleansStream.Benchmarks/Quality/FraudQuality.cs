using System.Diagnostics;
using OrleansStream.Benchmarks.Measuring;
using OrleansStream.Domain.Fraud;

namespace OrleansStream.Benchmarks.Quality;

/// <summary>
/// The fraud rules over a labelled file in the order of time, labels fed back after a delay, without a server: seconds instead of minutes. With <c>--fit</c> also
/// the weights a logistic regression would choose, and how well it does on cards it has not seen. The figures of each fold of cards tell whether a change
/// helps everywhere or only some.
/// </summary>
internal static class FraudQuality
{
    private const int Folds = 5;

    private static readonly (string Name, Func<FraudInputs, double> Read)[] Terms =
    [
        ("newCard", i => Math.Exp(-i[Feature.History] / 10)),
        ("amount", i => Math.Clamp(i[Feature.AmountDeviation], 0, 6)),
        ("amountInCategory", i => Math.Clamp(i[Feature.CategoryDeviation], 0, 6)),
        ("category", i => i[Feature.AmountLogOdds]),
        ("categoryRate", i => i[Feature.CategoryLogOdds]),
        ("categoryNovelty", i => i[Feature.CategoryNovelty]),
        ("night", i => NightHours.Contains((int)i[Feature.Hour]) ? 1 : 0),
        ("hourRarity", i => i[Feature.HourRarity]),
        ("spendingRatio", i => Math.Clamp(i[Feature.SpendingRatio], 0, 3)),
        ("sumBeyond", i => i[Feature.WindowSumCount] >= 2 && i[Feature.WindowSum] > i[Feature.WindowSumLimit] ? 1 : 0),
        ("run", i => Math.Log(1 + (3 * Math.Min(i[Feature.SuspiciousRun], 3)))),
        ("merchant", i => i[Feature.MerchantLogOdds]),
    ];

    public static int Run(Settings settings)
    {
        string file = settings.Text("file", "");
        double delayDays = settings.Real("label-delay-days", 7);
        var (fit, leave) = (settings.Is("fit"), settings.Text("leave", "").Split(',', StringSplitOptions.RemoveEmptyEntries));
        settings.ThrowIfUnknown();
        var rows = CardFile.Read(file);
        bool[] labels = [.. rows.Select(r => r.IsFraud)];
        // Its own processor time: the machine may have others to serve.
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        long before = GC.GetTotalAllocatedBytes();
        var decisions = Decide(rows, TimeSpan.FromDays(delayDays));
        Console.WriteLine(FormattableString.Invariant(
            $"{rows.Count} transactions, {labels.Count(l => l)} frauds; {(Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMicroseconds / rows.Count:F2} µs of CPU and {(GC.GetTotalAllocatedBytes() - before) / rows.Count} bytes per transaction"));
        double review = Math.Log(FraudRuleset.Default.Thresholds.Review / (100.0 - FraudRuleset.Default.Thresholds.Review));
        Console.WriteLine($"default rules            {Ranking.Of([.. decisions.Select(d => d.LogOdds)], labels, review)}");
        int[] fold = FoldsOf(rows);
        for (int f = 0; f < Folds; f++)
        {
            int[] some = [.. Enumerable.Range(0, rows.Count).Where(i => fold[i] == f)];
            Console.WriteLine($"  cards of fold {f}        {Ranking.Of([.. some.Select(i => decisions[i].LogOdds)], [.. some.Select(i => labels[i])], review)}");
        }
        foreach (var (reason, count, frauds) in decisions.SelectMany((d, i) => d.Reasons.Select(r => (r.CodeText, labels[i]))).GroupBy(r => r.CodeText)
                     .Select(g => (g.Key, g.Count(), g.Count(r => r.Item2))).OrderByDescending(r => r.Item2))
            Console.WriteLine(FormattableString.Invariant($"  {reason,-20} {count,6} times, {frauds,5} of frauds"));
        if (fit) Fit(rows, decisions, labels, leave);
        return 0;
    }

    private static int[] FoldsOf(List<LabelledTransaction> rows) => [.. rows.Select(r => (int)(Purchase.HashOf(r.Transaction.CardId) % Folds))];

    private static List<Decision> Decide(List<LabelledTransaction> rows, TimeSpan delay)
    {
        var (population, profiles, decisions, labelled) = (new FraudPopulation(), new Dictionary<string, CardProfile>(), new List<Decision>(rows.Count), 0);
        foreach (var (transaction, _) in rows)
        {
            for (; rows[labelled].Transaction.Time + delay <= transaction.Time; labelled++)
                if (rows[labelled].IsFraud) Confirm(rows[labelled].Transaction, decisions[labelled].Withheld);
            var purchase = Of(transaction);
            var outcome = FraudRules.Decide(
                profiles.GetValueOrDefault(transaction.CardId, CardProfile.Empty), transaction, population.FactsFor(purchase), FraudRuleset.Default);
            profiles[transaction.CardId] = outcome.Profile;
            decisions.Add(outcome.Decision);
            population.See(purchase);
        }
        return decisions;

        void Confirm(Transaction transaction, bool withheld)
        {
            var label = new CardLabel
            {
                TransactionId = transaction.Id, CardId = transaction.CardId, Fraud = true, Time = transaction.Time + delay, PurchaseTime = transaction.Time,
                Amount = (float)transaction.Amount, Category = transaction.Merchant?.Category, MerchantId = transaction.Merchant?.Id, Withheld = withheld,
            };
            population.Confirm(Of(transaction));
            profiles[transaction.CardId] = profiles[transaction.CardId].Label(label);
        }

        static Purchase Of(Transaction transaction) => Purchase.Of(transaction, transaction.Amount);
    }

    private static void Fit(List<LabelledTransaction> rows, List<Decision> decisions, bool[] labels, string[] leave)
    {
        var terms = Terms.Where(t => !leave.Contains(t.Name)).ToArray();
        var table = decisions.Select(d => terms.Select(t => t.Read(d.Inputs!)).ToArray()).ToList();
        int[] fold = FoldsOf(rows);
        double[] scores = new double[rows.Count];
        for (int f = 0; f < Folds; f++)
        {
            double[] weights = LogisticFit.Fit(table, labels, i => fold[i] != f);
            for (int i = 0; i < scores.Length; i++)
                if (fold[i] == f) scores[i] = LogisticFit.Score(weights, table[i]);
        }
        Console.WriteLine($"fitted, on other cards   {Ranking.Of(scores, labels, 0)}");
        double[] all = LogisticFit.Fit(table, labels, _ => true);
        Console.WriteLine(FormattableString.Invariant($"  prior {all[0]:F2}  {string.Join("  ", terms.Select((t, i) => FormattableString.Invariant($"{t.Name} {all[i + 1]:F2}")))}"));
    }
}
