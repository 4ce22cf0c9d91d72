using System.CommandLine;
using OrleansStream.Cli.Api;

namespace OrleansStream.Cli.Benchmarks;

/// <summary><c>ostream bench throughput</c>.</summary>
internal static class ThroughputCommand
{
    private const string Summary = "Measure how many durable decisions a second the server makes of NDJSON batches.";

    private const string Details = """
        Lanes post batches of transactions one after the other, each with cards of its own, as fast as they are taken or at
        --rate transactions a second. Then the command waits until everything is decided. Printed are
          accepted  transactions that are on the server's disk, per second of sending
          decided   the same until the last of them is decided, per second
          batch     milliseconds from sending a batch to its answer
          lag       the most transactions that waited for their decision, looked at each second
          cpu       of the server's process, seconds per second, when /metrics may be read
        A server that is too far behind answers 429; such batches are sent again, and counted.

        Examples:
          ostream bench throughput
          ostream bench throughput --rate 10000 --seconds 60 --keys 100000 --json | tail -1
        """;

    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock)
    {
        var rate = new Option<double?>("--rate") { Description = "Transactions per second; as fast as it goes without it.", HelpName = "N" }.Positive();
        var seconds = Ranges.Number("--seconds", "How long to send, seconds", 20, 1, 86_400);
        var keys = Ranges.Number("--keys", "Cards to spread the transactions over", 10_000, 1, 10_000_000);
        var batch = Ranges.Number("--batch", "Transactions in a request", 500, 1, 10_000);
        var lanes = Ranges.Number("--lanes", "Requests under way at a time", 4, 1, 256);
        var command = new DocumentedCommand("throughput", Summary, Details) { rate, seconds, keys, batch, lanes };
        command.SetAction(async (parsed, stop) =>
        {
            using var http = ApiClient.Create(global.Server(parsed), connections: 256);
            var settings = new ThroughputSettings(parsed.GetValue(rate), parsed.GetValue(seconds), parsed.GetValue(keys), parsed.GetValue(batch), parsed.GetValue(lanes));
            var summary = await new ThroughputBench(http, settings, clock).RunAsync(stop);
            await console.Out.WriteLineAsync(summary.ToText());
            if (global.Json(parsed))
            {
                await console.Out.WriteLineAsync(summary.ToJson());
            }

            return summary is { Errors: 0, Rejected: 0 } ? ExitCode.Success : ExitCode.Incomplete;
        });
        return command;
    }
}

/// <param name="Rate">Transactions per second; null for as fast as they are taken.</param>
/// <param name="Seconds">Length of the sending.</param>
/// <param name="Keys">Cards.</param>
/// <param name="Batch">Transactions in a request.</param>
/// <param name="Lanes">Requests under way at a time; each has cards of its own.</param>
internal sealed record ThroughputSettings(double? Rate, int Seconds, int Keys, int Batch, int Lanes);
