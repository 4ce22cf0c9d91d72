using System.CommandLine;

namespace OrleansStream.Cli.Evaluation;

/// <summary><c>ostream eval WHAT</c>: one subcommand per kind of labelled data.</summary>
internal static class EvalCommand
{
    private const string Details = """
        fraud hands its file in at the server at --url, and sessions does with --http; sessions without it, anomalies and
        dialogues run the product's rules in this process and need no server.

        Examples:
          ostream eval fraud transactions.csv.gz
          ostream eval sessions train.tsv.gz test.tsv.gz
          ostream eval anomalies data/metrics --windows data/metrics/windows.json
          ostream eval dialogues sim-M/test.json --json | tail -1
        """;

    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock) =>
        new DocumentedCommand("eval", "Measure how good answers are on labelled data.", Details)
        {
            FraudCommand.Create(global, console, clock),
            SessionsCommand.Create(global, console, clock),
            AnomaliesCommand.Create(global, console, clock),
            DialoguesCommand.Create(global, console, clock),
        };
}
