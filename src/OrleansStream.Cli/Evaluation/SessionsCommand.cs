using System.CommandLine;
using OrleansStream.Cli.Api;

namespace OrleansStream.Cli.Evaluation;

/// <summary><c>ostream eval sessions TRAIN TEST</c>.</summary>
internal static class SessionsCommand
{
    private const string Summary = "Stream shop sessions and measure how well each next click is foreseen.";

    private const string Details = """
        TRAIN and TEST are files with the columns SessionId, ItemId and Time (unix seconds), separated by tabs or commas
        (.gz too). Clicks are taken in the order of their time: all of TRAIN, then TEST. Before each click of a test
        session but its first, twenty items are asked for; clicks before it count, its own session's and others', none
        after it does. Nothing is built beforehand and nothing is tuned to the files.

        Printed are
          predictions   clicks foretold
          hitRate20     how often the next item was among the twenty
          mrr20         mean of 1 / its rank, 0 when it was not among them
          p50Ms, p90Ms  how long an answer took

        In process it is the function that /v1/recommend answers with; with --http the server answers itself: TRAIN is
        handed in at its own times, TEST through /v1/recommend as if it happened now. Sessions get names of their own
        for each run; items keep theirs, so measure a server that knows no others.

        Examples:
          ostream eval sessions train.tsv.gz test.tsv.gz
          ostream eval sessions train.tsv test.tsv --http --url http://127.0.0.1:5080 --json | tail -1
        """;

    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock)
    {
        var train = new Argument<string>("TRAIN") { Description = "Sessions of before, .tsv or .csv, also .gz: what is learnt from." };
        var test = new Argument<string>("TEST") { Description = "Sessions whose next clicks are foreseen, .tsv or .csv, also .gz." };
        var http = new Option<bool>("--http") { Description = "Ask the server instead of measuring in this process." };
        var command = new DocumentedCommand("sessions", Summary, Details) { train, test, http };
        command.SetAction(async (parsed, stop) =>
        {
            var (before, then) = (SessionFile.Read(parsed.GetValue(train)!), SessionFile.Read(parsed.GetValue(test)!));
            using var client = parsed.GetValue(http) ? ApiClient.Create(global.Server(parsed), connections: 8) : null;
            ISessionForesight foresight = client is null ? new LocalForesight(clock) : new ServerForesight(client, clock);
            var run = new SessionEvaluation(foresight, before, then);
            var work = Task.Run(() => run.RunAsync(stop), stop);
            await WorkDisplay.ShowAsync(console, "clicks", () => run.Fraction, work, clock);
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
