using System.CommandLine;
using OrleansStream.Cli.Api;

namespace OrleansStream.Cli.Benchmarks;

/// <summary><c>ostream bench latency</c>.</summary>
internal static class LatencyCommand
{
    private const string Summary = "Measure hand-in to decision: percentiles in milliseconds, from outside.";

    private const string Details = """
        Each shot is a POST /v1/transactions with Prefer: wait=2, and the clock stops when the decision is here.

        The load is open: all due times are fixed at the start, and a slow answer delays no later shot. Printed are
          latency   from sending the request to its decision
          from due  from the moment the shot was due, so that a late start counts too
          stream    from sending to the decision's arrival on GET /v1/decisions/stream (when it can be opened)
        in milliseconds. Warm-up shots go first, back to back, and are not counted.

        Examples:
          ostream bench latency
          ostream bench latency --rate 200 --seconds 60 --keys 1000 --json | tail -1
        """;

    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock)
    {
        var rate = new Option<double?>("--rate") { Description = "Shots per second.", HelpName = "N", DefaultValueFactory = _ => 2 }.Positive();
        var seconds = Ranges.Number("--seconds", "How long to shoot, seconds", 20, 1, 86_400);
        var keys = Ranges.Number("--keys", "Cards to spread the shots over", 10, 1, 1_000_000);
        var warmup = Ranges.Number("--warmup", "Shots before the measurement, not counted", 20, 0, 10_000);
        var command = new DocumentedCommand("latency", Summary, Details) { rate, seconds, keys, warmup };
        command.SetAction(async (parsed, stop) =>
        {
            var settings = new LatencySettings(
                parsed.GetValue(rate) ?? 2, parsed.GetValue(seconds), parsed.GetValue(keys), parsed.GetValue(warmup));
            using var http = ApiClient.Create(global.Server(parsed), connections: 256);
            var summary = await new LatencyBench(http, settings, console.Error, clock).RunAsync(stop);
            await console.Out.WriteLineAsync(summary.ToText());
            if (global.Json(parsed))
            {
                await console.Out.WriteLineAsync(summary.ToJson());
            }

            return summary.IsClean ? ExitCode.Success : ExitCode.Incomplete;
        });
        return command;
    }
}

/// <param name="RatePerSecond">Shots per second.</param>
/// <param name="Seconds">Length of the measurement.</param>
/// <param name="Keys">Cards used.</param>
/// <param name="Warmup">Shots before it, not counted.</param>
internal sealed record LatencySettings(double RatePerSecond, int Seconds, int Keys, int Warmup)
{
    /// <summary>Whether the decisions' event stream is timed too.</summary>
    public bool FollowsStream { get; init; } = true;

    /// <summary>Whether each card has bought once before the measurement.</summary>
    public bool IntroducesCards { get; init; }

    public int Shots => Math.Max(1, (int)Math.Round(RatePerSecond * Seconds));
}
