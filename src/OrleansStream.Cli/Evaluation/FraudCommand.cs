using System.CommandLine;
using OrleansStream.Cli.Api;

namespace OrleansStream.Cli.Evaluation;

/// <summary><c>ostream eval fraud FILE</c>.</summary>
internal static class FraudCommand
{
    private const string Summary = "Stream labelled card transactions and measure the decisions.";

    private const string Details = """
        FILE is a CSV (.gz too) with the columns
          trans_num, unix_time, cc_num, merchant, category, amt, merch_lat, merch_long, is_fraud

        Transactions are handed in in the order of their time. A fraud's label follows when the delay has passed in
        the time of the data, as a chargeback would; nothing else of is_fraud is told to the server. Cards get names of
        their own for each run, so that a run does not meet the history of another.

        Printed are
          averagePrecision, auc   how well scores rank frauds before all else
          precision, recall       of the transactions reviewed or declined, by the rules in force
          alertRate               how many of all these are

        Examples:
          ostream eval fraud transactions.csv.gz
          ostream eval fraud transactions.csv.gz --label-delay-days 30 --json | tail -1
        """;

    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock)
    {
        var file = new Argument<string>("FILE") { Description = "Labelled transactions, .csv or .csv.gz." };
        var delay = new Option<int>("--label-delay-days") { Description = "Days from a fraud to its label.", HelpName = "N", DefaultValueFactory = _ => 7 }.Within(0, 3650);
        var command = new DocumentedCommand("fraud", Summary, Details) { file, delay };
        command.SetAction(async (parsed, stop) =>
        {
            var rows = LabelledFile.Read(parsed.GetValue(file)!);
            using var http = ApiClient.Create(global.Server(parsed), connections: 32);
            var run = new FraudEvaluation(http, rows, TimeSpan.FromDays(parsed.GetValue(delay)), clock);
            var work = run.RunAsync(stop);
            await WorkDisplay.ShowAsync(console, "transactions", () => run.Fraction, work, clock);
            var quality = await work;
            await console.Out.WriteLineAsync(quality.ToText());
            if (global.Json(parsed))
            {
                await console.Out.WriteLineAsync(quality.ToJson());
            }

            return ExitCode.Success;
        });
        return command;
    }
}
