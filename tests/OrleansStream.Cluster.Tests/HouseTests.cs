using System.Text.RegularExpressions;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests;

/// <summary>What the house looks like from outside: what lies in the root, and what things may not be called.</summary>
public sealed partial class HouseTests
{
    private static readonly string[] Folders = [".ci", "AppHost", "ServiceDefaults", "deploy", "docs", "eng", "src", "tests"];

    private static readonly string[] Files =
    [
        ".editorconfig", ".gitattributes", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "LICENSE", "dotnet-tools.json",
        "OrleansStream.sln", "README.md", "SECURITY.md", "global.json",
    ];

    /// <summary>What git ignores: outputs, data, editors' own.</summary>
    private static readonly string[] Ignored = [".git", ".idea", ".orleansstream", ".vs", ".vscode", "TestResults", "artifacts", "bin", "node_modules", "obj", "play"];

    [Fact]
    public void TheRootHasOnlyWhatBelongsThere() => Assert.Equal([], Directory.EnumerateFileSystemEntries(Repository.Root()).Select(Path.GetFileName)
        .Where(name => !name!.EndsWith(".user", StringComparison.Ordinal)).Except([.. Folders, .. Files, .. Ignored]));

    [Fact]
    public void TypesSayWhatTheyAre_InTheProductsCode()
    {
        var named = from folder in (string[])["src", "ServiceDefaults", "AppHost"]
                    from file in Directory.EnumerateFiles(Path.Combine(Repository.Root(), folder), "*.cs", SearchOption.AllDirectories)
                    where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                    from Match type in Declaration().Matches(File.ReadAllText(file))
                    let name = type.Groups[1].Value
                    where BannedName().IsMatch(name)
                    select $"{name} in {Path.GetRelativePath(Repository.Root(), file)}";
        Assert.Equal([], named);
    }

    [Theory]
    [InlineData("StreamManager", true)]
    [InlineData("JsonHelper", true)]
    [InlineData("GrainBase", true)]
    [InlineData("AlertmanagerApi", false)]
    [InlineData("DatabaseRows", false)]
    public void NamesAreBanned_ByTheirLastWord(string name, bool banned) => Assert.Equal(banned, BannedName().IsMatch(name));

    [GeneratedRegex(@"^\s*(?:(?:public|internal|private|protected|sealed|static|abstract|partial|readonly|file)\s+)*(?:class|record(?:\s+struct|\s+class)?|struct|interface|enum)\s+(\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex("(Manager|Helpers?|Util|Utils|Utility|Utilities|Common|Base)$")]
    private static partial Regex BannedName();
}
