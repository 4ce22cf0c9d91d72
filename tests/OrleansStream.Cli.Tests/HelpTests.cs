using System.Text.RegularExpressions;

namespace OrleansStream.Cli.Tests;

/// <summary>One can learn the command line from its help alone.</summary>
public sealed partial class HelpTests
{
    private static readonly string[] Groups = ["send", "bench", "eval", "keys"];

    public static readonly TheoryData<string> Commands =
    [
        "", "send", "send transactions", "send clicks", "send logs", "send metrics", "bench", "bench latency", "bench throughput", "bench decisions", "bench recommend", "eval",
        "eval fraud", "eval sessions", "eval anomalies", "eval dialogues", "topics", "dead-letters", "dead-letters redrive", "replay", "backtest", "keys", "keys create",
        "keys list", "keys revoke",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task SaysWhatItDoesInASentence(string command)
    {
        string sentence = Section(await HelpAsync(command), "Description")[0];
        Assert.Matches(@"^[A-Za-z].{15,}[.]$", sentence);
    }

    /// <summary>A description stands two blanks behind its name; descriptions are sentences.</summary>
    [Theory]
    [MemberData(nameof(Commands))]
    public async Task ExplainsEveryArgumentAndOption(string command)
    {
        var help = await HelpAsync(command);
        foreach (string line in Section(help, "Arguments").Concat(Section(help, "Options")).Where(l => !l.StartsWith('-') || !BuiltIn().IsMatch(l)))
            Assert.Matches(@"^\S.*?  +\S.{10,}[.]( \[default: .+\])?$", line);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task ShowsAnExampleOfItself(string command)
    {
        var examples = Examples(await HelpAsync(command));
        Assert.Contains(examples, e => Groups.Contains(command) || command.Length == 0 ? e.StartsWith($"{command} ".TrimStart(), StringComparison.Ordinal) : e == command || e.StartsWith(command + " ", StringComparison.Ordinal));
    }

    /// <summary>The one complaint is about --api-key, whose value is missing: all other options, and their values, are taken.</summary>
    [Theory]
    [MemberData(nameof(Commands))]
    public async Task TakesTheOptionsThatItsExamplesShow(string command)
    {
        foreach (string example in Examples(await HelpAsync(command)).Where(e => !e.Contains("COMMAND", StringComparison.Ordinal) && !e.StartsWith('[')))
        {
            var run = await CliRun.OfAsync([.. example.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--api-key"], stop: TestContext.Current.CancellationToken);
            Assert.Equal(ExitCode.Usage, run.ExitCode);
            string complaint = Assert.Single(run.Error.Split('\n'), IsComplaint);
            Assert.Contains("--api-key", complaint, StringComparison.Ordinal);
        }
    }

    /// <summary>Also where a command takes any number of files: none is called so.</summary>
    [Theory]
    [MemberData(nameof(Commands))]
    public async Task RefusesAnOptionThatItDoesNotHave(string command)
    {
        var run = await CliRun.OfAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "a", "b", "--quik"], stop: TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("'--quik'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListsEveryCommandThatIsTested()
    {
        var listed = new List<string> { "" };
        for (int i = 0; i < listed.Count; i++)
            foreach (string line in Section(await HelpAsync(listed[i]), "Commands"))
                listed.Add($"{listed[i]} {line.Split(' ')[0]}".TrimStart());
        Assert.Equal(Commands.Select(row => row.Data).Order(), listed.Order());
    }

    private static bool IsComplaint(string line) => new[] { "Unrecognized", "Required", "Option", "Cannot", "--" }.Any(begin => line.StartsWith(begin, StringComparison.Ordinal) && !line.EndsWith(':'));

    private static async Task<string> HelpAsync(string command) => (await CliRun.OfAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"])).Out;

    private static string[] Section(string help, string name)
    {
        string[] lines = help.ReplaceLineEndings("\n").Split('\n');
        int at = Array.IndexOf(lines, name + ":");
        return at < 0 ? [] : [.. lines.Skip(at + 1).TakeWhile(l => l.StartsWith("  ", StringComparison.Ordinal)).Select(l => l.Trim()).Where(l => l.Length > 0)];
    }

    /// <summary>What stands behind <c>ostream</c> in lines of examples, without pipes and comments.</summary>
    private static List<string> Examples(string help) =>
        [.. ExampleLine().Matches(help[(help.IndexOf("Example", StringComparison.Ordinal) is var at and >= 0 ? at : 0)..].ReplaceLineEndings("\n")).Select(m => m.Groups[1].Value.Trim())];

    [GeneratedRegex(@"^  .*?\bostream ([^|>#)\n]*?)(?=  |[|>#)\n]|$)", RegexOptions.Multiline)]
    private static partial Regex ExampleLine();

    [GeneratedRegex(@"^(-\?|--version)")]
    private static partial Regex BuiltIn();
}
