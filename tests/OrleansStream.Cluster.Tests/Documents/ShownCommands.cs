using System.Text.RegularExpressions;

namespace OrleansStream.Cluster.Tests.Documents;

/// <summary>A block of commands of a page, and what the page says it prints.</summary>
/// <param name="Line">Of the page, where the block begins; from 1.</param>
/// <param name="Commands">As one pastes them.</param>
/// <param name="Output">Null when the page shows none.</param>
internal sealed partial record ShownCommands(int Line, string Commands, string? Output)
{
    /// <summary>Stands for any text, also none, that differs each time or is left out.</summary>
    public const string Elision = "…";

    /// <summary>The blocks of shell commands below a heading of the second level, in order.</summary>
    public static IReadOnlyList<ShownCommands> Of(string page, string heading)
    {
        int start = page.IndexOf($"\n## {heading}\n", StringComparison.Ordinal);
        if (start < 0) throw new ArgumentException($"The page has no heading '{heading}'.", nameof(heading));
        int end = page.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        string section = page[start..(end < 0 ? page.Length : end)];
        return [.. from Match match in Block().Matches(section)
                   let line = 1 + page[..(start + match.Index)].Count(c => c == '\n')
                   select new ShownCommands(line, match.Groups["commands"].Value, match.Groups["output"] is { Success: true } output ? output.Value : null)];
    }

    /// <summary>Whether something was printed that the page shows. White space is for reading.</summary>
    public bool Shows(string printed) =>
        Regex.IsMatch(Dense(printed), "^" + string.Join(".*", Dense(Output ?? "").Split(Elision).Select(Regex.Escape)) + "$", RegexOptions.Singleline, TimeSpan.FromSeconds(10));

    private static string Dense(string text) => WhiteSpace().Replace(text, "");

    [GeneratedRegex("(?<=^|\n)```sh\n(?<commands>.*?)```\n(```(json|text)\n(?<output>.*?)```\n)?", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
