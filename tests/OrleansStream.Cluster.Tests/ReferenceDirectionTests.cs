using System.Xml.Linq;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests;

/// <summary>References point one way: what a project of the product may know of the others.</summary>
public sealed class ReferenceDirectionTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Domain"] = [],
        ["Otlp"] = [],
        ["Streams"] = [],
        ["Streams.Embedded"] = ["Streams"],
        ["Streams.Kafka"] = ["Streams"],
        ["Streams.Testing"] = ["Streams"],
        ["Storage"] = ["Streams"],
        ["Grains"] = ["Domain", "Streams"],
        ["Gateway"] = ["ServiceDefaults", "Grains", "Otlp", "Streams", "Streams.Kafka"],
        ["Silo"] = ["ServiceDefaults", "Grains", "Streams", "Streams.Kafka", "Storage"],
        ["Local"] = ["ServiceDefaults", "Gateway", "Silo", "Storage", "Streams.Embedded", "Streams.Kafka", "Web"],
        ["Web"] = ["ServiceDefaults"],
        ["Cli"] = ["Domain", "Otlp"],
        ["ServiceDefaults"] = [],
    };

    public static TheoryData<string> Projects()
    {
        string root = Repository.Root();
        var files = Directory.EnumerateFiles(Path.Combine(root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Append(Path.Combine(root, "ServiceDefaults", "OrleansStream.ServiceDefaults.csproj"));
        return [.. files.Select(file => Path.GetRelativePath(root, file))];
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void OnlyAllowedProjectsAreReferenced_WhenAProjectIsRead(string project)
    {
        var references = XDocument.Load(Path.Combine(Repository.Root(), project))
            .Descendants("ProjectReference").Select(r => NameOf(r.Attribute("Include")!.Value));

        Assert.True(Allowed.TryGetValue(NameOf(project), out string[]? allowed), $"{project} is new: say here what it may reference.");
        Assert.Empty(references.Except(allowed));
    }

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path).Replace("OrleansStream.", "", StringComparison.Ordinal);
}
