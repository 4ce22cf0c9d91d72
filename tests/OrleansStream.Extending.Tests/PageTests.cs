using System.Text.RegularExpressions;
using OrleansStream.Testing;

namespace OrleansStream.Extending.Tests;

/// <summary>What docs/EXTENDING.md shows is what is compiled and tested here, byte for byte.</summary>
public sealed partial class PageTests
{
    public static TheoryData<string> Shown() => [.. Blocks().Select(b => b.Path)];

    [Fact]
    public void ShowsAllFilesOfTheSample() => Assert.Equal(
        Directory.EnumerateFiles(Path.Combine(Repository.Root(), "tests", "Sensors")).Select(f => "tests/Sensors/" + Path.GetFileName(f)).Append("tests/OrleansStream.Extending.Tests/SensorTests.cs").Order(StringComparer.Ordinal),
        Blocks().Select(b => b.Path).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Shown))]
    public void ShowsTheFileAsItIs(string path) =>
        Assert.Equal(File.ReadAllText(Path.Combine(Repository.Root(), path)), Blocks().Single(b => b.Path == path).Text);

    /// <summary>Code blocks under a line that names their file: <c>&lt;!-- file: path --&gt;</c>.</summary>
    private static IEnumerable<(string Path, string Text)> Blocks() =>
        from Match match in Block().Matches(File.ReadAllText(Path.Combine(Repository.Root(), "docs", "EXTENDING.md")))
        select (match.Groups[1].Value, match.Groups[2].Value);

    [GeneratedRegex("<!-- file: (\\S+) -->\n```[a-z]+\n(.*?)```\n", RegexOptions.Singleline)]
    private static partial Regex Block();
}
