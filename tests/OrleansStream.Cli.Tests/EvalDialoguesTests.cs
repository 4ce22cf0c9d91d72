namespace OrleansStream.Cli.Tests;

public sealed class EvalDialoguesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ostream-dialogues-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task CountsRightTurns_WhenLabelsAreMetAndMissed()
    {
        string file = Write("""
            [{"dialogue_id":"d","turns":[
              {"user_utterance":{"text":"buy 3 movie tickets for tomorrow"},"dialogue_state":[{"slot":"num_tickets","value":"3"},{"slot":"date","value":"tomorrow"}]},
              {"system_utterance":{"text":"what time ?"},"user_utterance":{"text":"6 pm"},"dialogue_state":[{"slot":"num_tickets","value":"3"},{"slot":"date","value":"tomorrow"},{"slot":"time","value":"7 pm"}]},
              {"system_utterance":{"text":"ok"},"user_utterance":{"text":"bye"},"dialogue_state":[{"slot":"num_tickets","value":"3"},{"slot":"time","value":"6 pm"}]}]}]
            """);
        var run = await CliRun.OfAsync(["eval", "dialogues", file, "--json"], stop: TestContext.Current.CancellationToken);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal((1, 3), ((int)run.Json["dialogues"]!, (int)run.Json["turns"]!));
        // The second turn has another time than the label, the third a date that is not labelled.
        Assert.Equal(0.3333, (double)run.Json["joint"]!);
        Assert.Equal((1, 0.6667, 0.6667), ((double)run.Json["accuracy"]!["number"]!, (double)run.Json["accuracy"]!["date"]!, (double)run.Json["accuracy"]!["time"]!));
        Assert.Contains("all: 1 dialogues, 3 turns, joint 33.3%", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[{\"turns\":[]}]")]
    [InlineData("{}")]
    [InlineData("nonsense")]
    public async Task SaysWhere_WhenAFileIsSomethingElse(string content)
    {
        string file = Write(content);
        var run = await CliRun.OfAsync(["eval", "dialogues", file], stop: TestContext.Current.CancellationToken);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains(Path.GetFileName(file), run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IsWrongUsage_WhenThereIsNoFile()
    {
        Assert.Equal(2, (await CliRun.OfAsync(["eval", "dialogues"], stop: TestContext.Current.CancellationToken)).ExitCode);
        Assert.Equal(2, (await CliRun.OfAsync(["eval", "dialogues", Path.Combine(_directory, "none.json")], stop: TestContext.Current.CancellationToken)).ExitCode);
    }

    private string Write(string content)
    {
        string path = Path.Combine(_directory, "dialogues.json");
        File.WriteAllText(path, content);
        return path;
    }
}
