using System.CommandLine;
using System.Globalization;
using OrleansStream.Cli.Api;

namespace OrleansStream.Cli.Benchmarks;

/// <summary><c>ostream bench recommend</c>.</summary>
internal static class RecommendCommand
{
    private const string Summary = "Find the highest rate of recorded clicks with recommendations within a latency.";

    private const string Details = """
        Each shot is a GET /v1/recommend: the click is durable, then the answer comes. Open load as in bench latency: due
        times are fixed, a slow answer delays no later shot, and latency counts from the moment a shot was due. A rate is
        held when the 90th percentile stays within the bound and nothing fails. Without --rate the rate rises by steps of
        250 until it is not held.

        --load first fills the server with a made-up shop of --items items and --sessions past sessions, by
        PUT /v1/catalog/items and POST /v1/sessions (a million of each: some minutes); later runs on the same data need
        no loading.

        Examples:
          ostream bench recommend --load --items 1000000 --sessions 1000000 --rate 500 --seconds 30
          ostream bench recommend --json | tail -1
        """;

    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock)
    {
        var rate = new Option<double?>("--rate") { Description = "Measure this rate, shots per second, instead of searching for one.", HelpName = "N" }.Positive();
        var seconds = Ranges.Number("--seconds", "Length of a run, seconds", 20, 1, 3_600);
        var keys = Ranges.Number("--keys", "Sessions under way at a time", 2_000, 1, 1_000_000);
        var items = Ranges.Number("--items", "Items of the shop", 1_000_000, 100, 10_000_000);
        var sessions = Ranges.Number("--sessions", "Past sessions", 1_000_000, 1, 10_000_000);
        var bound = Ranges.Number("--p90-ms", "Bound of the 90th percentile, milliseconds", 7, 1, 60_000);
        var load = new Option<bool>("--load") { Description = "Fill the server with the shop first." };
        var command = new DocumentedCommand("recommend", Summary, Details) { rate, seconds, keys, items, sessions, bound, load };
        command.SetAction(async (parsed, stop) =>
        {
            using var http = ApiClient.Create(global.Server(parsed), connections: 256);
            var shop = new BenchShop(parsed.GetValue(items));
            if (parsed.GetValue(load))
            {
                var loading = new ShopLoading(http, shop, parsed.GetValue(sessions), clock);
                var work = loading.RunAsync(stop);
                await WorkDisplay.ShowAsync(console, "loading", () => loading.Fraction, work, clock);
                await work;
            }

            var bench = new RecommendBench(http, shop, parsed.GetValue(keys), clock);
            var summary = await MeasureAsync(bench, parsed.GetValue(rate), parsed.GetValue(seconds), parsed.GetValue(bound), console, stop);
            await console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"highest rate with p90 ≤ {summary.P90LimitMs:0.#} ms: {summary.HighestRate:N0}/s"));
            if (global.Json(parsed))
            {
                await console.Out.WriteLineAsync(summary.ToJson());
            }

            return summary.HighestRate > 0 ? ExitCode.Success : ExitCode.Incomplete;
        });
        return command;
    }

    private static async Task<RecommendSummary> MeasureAsync(RecommendBench bench, double? rate, int seconds, int bound, CommandConsole console, CancellationToken stop)
    {
        const double Step = 250, Most = 50_000;
        await bench.RunAsync(100, 5, stop); // Warms up; not counted.
        var runs = new List<RecommendRun>();
        for (var next = rate ?? Step; next <= Most; next += Step)
        {
            var run = await bench.RunAsync(next, seconds, stop);
            runs.Add(run);
            await console.Out.WriteLineAsync(run.ToText());
            if (rate is not null || !run.Holds(bound))
            {
                break;
            }
        }

        return new RecommendSummary(bound, runs, runs.Where(run => run.Holds(bound)).Select(run => run.Rate).DefaultIfEmpty(0).Max());
    }
}
