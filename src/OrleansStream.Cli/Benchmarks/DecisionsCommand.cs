using System.CommandLine;
using OrleansStream.Cli.Api;

namespace OrleansStream.Cli.Benchmarks;

/// <summary><c>ostream bench decisions</c>.</summary>
internal static class DecisionsCommand
{
    private const string Summary = "Find the highest rate of synchronous, durable decisions within a latency.";

    private const string Details = """
        Open load as in bench latency: due times are fixed, and a slow answer delays no later shot. Latency counts from
        the moment a shot was due. A rate is held when the 99th percentile stays within the bound, all shots are
        decided, and none fails. The search doubles, then halves the interval; what it finds is then measured RUNS
        times, and stepped down until the median of these runs holds. With --rate only that rate is measured.

        Each run has cards of its own, which have bought once before it begins; with --cold they have not.

        Examples:
          ostream bench decisions
          ostream bench decisions --rate 3000 --seconds 20 --runs 5 --json | tail -1
        """;

    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock)
    {
        var rate = new Option<double?>("--rate") { Description = "Measure this rate, shots per second, instead of searching for one.", HelpName = "N" }.Positive();
        var seconds = Ranges.Number("--seconds", "Length of a run, seconds", 20, 1, 3_600);
        var runs = Ranges.Number("--runs", "Runs whose median counts", 5, 1, 100);
        var keys = Ranges.Number("--keys", "Cards to spread the shots over", 1_000, 1, 1_000_000);
        var bound = Ranges.Number("--p99-ms", "Bound of the 99th percentile, milliseconds", 20, 1, 60_000);
        var cold = new Option<bool>("--cold") { Description = "Also measure each card's first transaction." };
        var command = new DocumentedCommand("decisions", Summary, Details) { rate, seconds, runs, keys, bound, cold };
        command.SetAction(async (parsed, stop) =>
        {
            using var http = ApiClient.Create(global.Server(parsed), connections: 512);
            var search = new RateSearch(http, parsed.GetValue(seconds), parsed.GetValue(runs), parsed.GetValue(keys), parsed.GetValue(bound), !parsed.GetValue(cold), console.Error, clock);
            var summary = parsed.GetValue(rate) is { } fixedRate ? await search.MeasureAsync(fixedRate, stop) : await search.FindAsync(stop);
            await console.Out.WriteLineAsync(summary.ToText());
            if (global.Json(parsed))
            {
                await console.Out.WriteLineAsync(summary.ToJson());
            }

            return summary.Holds ? ExitCode.Success : ExitCode.Incomplete;
        });
        return command;
    }
}
