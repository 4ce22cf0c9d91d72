using System.CommandLine;

namespace OrleansStream.Cli.Benchmarks;

/// <summary><c>ostream bench WHAT</c>: one subcommand per measurement.</summary>
internal static class BenchCommand
{
    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock) =>
        new("bench", "Measure a running server from outside.")
        {
            LatencyCommand.Create(global, console, clock),
            ThroughputCommand.Create(global, console, clock),
            DecisionsCommand.Create(global, console, clock),
            RecommendCommand.Create(global, console, clock),
        };
}
