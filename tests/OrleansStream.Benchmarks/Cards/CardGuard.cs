using System.Text.Json;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>
/// Compares ratios with those that were committed, never times: <c>{"tolerance": 0.25, "ratios": {"stream/redis": {"first": 1.0, "next": 1.4}}}</c>. A median that lies below
/// its ratio by more than the tolerance, a share, is a regression.
/// </summary>
internal static class CardGuard
{
    public static async Task<int> CheckAsync(CardReport report, string path)
    {
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(path));
        double tolerance = document.RootElement.GetProperty("tolerance").GetDouble();
        int regressions = 0;
        Console.WriteLine();
        foreach (var pair in document.RootElement.GetProperty("ratios").EnumerateObject())
        {
            string[] names = pair.Name.Split('/');
            if (!names.All(report.Contenders.Contains)) continue;
            foreach (var (figure, select) in new (string, Func<CardResult, double>)[] { ("first", r => r.First.Usage.PerSecond), ("next", r => r.Next.Usage.PerSecond) })
            {
                double committed = pair.Value.GetProperty(figure).GetDouble(), measured = report.Ratio(names[0], names[1], select).Median;
                bool holds = measured >= committed * (1 - tolerance);
                if (!holds) regressions++;
                Console.WriteLine($"{(holds ? "holds" : "REGRESSION")}: {pair.Name} {figure} {measured:0.00}, committed {committed:0.00} less {tolerance:p0}");
            }
        }
        return regressions == 0 ? 0 : 1;
    }
}
