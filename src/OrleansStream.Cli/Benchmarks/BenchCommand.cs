using System.CommandLine;

namespace OrleansStream.Cli.Benchmarks;

/// <summary><c>ostream bench WHAT</c>: one subcommand per measurement.</summary>
internal static class BenchCommand
{
    private const string Details = """
        All of them send events of their own making to the server at --url, which keeps them: measure one whose data may go.
        latency is the quickest to run; throughput and decisions find what the server can do at most.

        Examples:
          ostream bench latency
          ostream bench throughput --seconds 60 --keys 100000
          ostream bench decisions --p99-ms 20 --json | tail -1
          ostream bench recommend --load --rate 500
        """;

    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock) =>
        new DocumentedCommand("bench", "Measure a running server from outside.", Details)
        {
            LatencyCommand.Create(global, console, clock),
            ThroughputCommand.Create(global, console, clock),
            DecisionsCommand.Create(global, console, clock),
            RecommendCommand.Create(global, console, clock),
        };
}
