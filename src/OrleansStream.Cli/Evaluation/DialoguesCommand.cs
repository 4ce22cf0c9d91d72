using System.CommandLine;

namespace OrleansStream.Cli.Evaluation;

/// <summary><c>ostream eval dialogues FILE…</c>.</summary>
internal static class DialoguesCommand
{
    private const string Summary = "Run labelled dialogues through the rules of conversations and measure how often facts are right.";

    private const string Details = """
        FILEs are JSON as Google's "simulated dialogue" data has it (.gz too): a list of dialogues with turns, each with
        system_utterance, user_utterance and dialogue_state, the slots that hold after the user's turn. The system speaks
        first in a turn and is taken for the assistant. No server is asked.

        A turn is right when number (num_tickets, num_people), date and time have the labelled value, and are not set where
        there is no label. Printed are per file and in sum
          turns      labelled turns
          joint      the share of turns in which all three are right
          number, date, time
                     the share of turns in which this one is right
          movie, theatre_name, …
                     the share of the turns that label it in which it is right, without articles

        Example:
          ostream eval dialogues sim-M/test.json sim-R/test.json --json | tail -1
        """;

    public static Command Create(GlobalOptions global, CommandConsole console, TimeProvider clock)
    {
        var files = new Argument<string[]>("FILE") { Description = "Labelled dialogues, .json or .json.gz; one or more.", Arity = ArgumentArity.OneOrMore };
        var command = new DocumentedCommand("dialogues", Summary, Details) { files };
        command.SetAction(async (parsed, stop) =>
        {
            var paths = parsed.GetValue(files)!;
            if (Array.Find(paths, path => !File.Exists(path)) is { } missing)
            {
                throw new UsageException($"{missing}: there is no such file");
            }

            var done = 0;
            var scores = new List<DialogueScore>();
            var work = Task.Run(
                () =>
                {
                    foreach (var path in paths)
                    {
                        scores.Add(DialogueScore.Of(Path.GetFileName(path), DialogueFile.Read(path), stop));
                        Volatile.Write(ref done, scores.Count);
                    }
                },
                stop);
            await WorkDisplay.ShowAsync(console, "files", () => Volatile.Read(ref done) / (double)paths.Length, work, clock);
            await work;
            var quality = DialogueQuality.Of(scores);
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
