using System.CommandLine;

namespace OrleansStream.Cli.Evaluation;

/// <summary><c>ostream eval WHAT</c>: one subcommand per kind of labelled data.</summary>
internal static class EvalCommand
{
    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock) =>
        new("eval", "Measure how good answers are on labelled data.")
        {
            FraudCommand.Create(global, console, clock),
            SessionsCommand.Create(global, console, clock),
            AnomaliesCommand.Create(global, console, clock),
            DialoguesCommand.Create(global, console, clock),
        };
}
