using System.CommandLine;
using System.Text.Json;
using OrleansStream.Cli.Api;

namespace OrleansStream.Cli.Backtest;

/// <summary><c>ostream backtest RULES</c>.</summary>
internal static class BacktestCommand
{
    private const string Summary = "Try a rule set on what the server has in its log.";

    private const string Details = """
        RULES is a JSON file with a rule set as GET /v1/rules/fraud shows it; what it leaves out has its default.

        The server decides about the transactions of the range again, by these rules and by those in force, and tells
        where they differ. Ctrl-C cancels the job.

        Examples:
          curl -s http://127.0.0.1:5080/v1/rules/fraud > rules.json    # change something in it
          ostream backtest rules.json --from 2026-11-01T00:00:00Z --json | tail -1
        """;

    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock)
    {
        var rules = new Argument<string>("RULES") { Description = "The rule set, a JSON file." };
        var from = new Option<string?>("--from") { Description = "Time from which transactions are taken, RFC 3339; without it from the oldest in the log.", HelpName = "time" };
        var to = new Option<string?>("--to") { Description = "Time before which they end, RFC 3339; without it now.", HelpName = "time" };
        var command = new DocumentedCommand("backtest", Summary, Details) { rules, from, to };
        command.SetAction(async (parsed, stop) =>
        {
            var path = parsed.GetValue(rules)!;
            if (!File.Exists(path))
            {
                throw new UsageException($"{path}: there is no such file");
            }

            using var http = ApiClient.Create(global.Server(parsed), connections: 4);
            var run = new BacktestRun(http, clock);
            var work = run.RunAsync(await File.ReadAllTextAsync(path, stop), parsed.GetValue(from), parsed.GetValue(to), stop);
            await WorkDisplay.ShowAsync(console, "backtest", () => run.Fraction, work, clock);
            var job = await work;
            await console.Out.WriteLineAsync(BacktestText.Of(job));
            if (global.Json(parsed))
            {
                // One line, however the server laid it out.
                await console.Out.WriteLineAsync(JsonSerializer.Serialize(job));
            }

            return job.GetProperty("status").GetString() == "completed" ? ExitCode.Success : ExitCode.Incomplete;
        });
        return command;
    }
}
