using System.Xml.Linq;
using OrleansStream.Cluster.Tests.Deployment.Kubernetes;
using OrleansStream.Testing;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace OrleansStream.Cluster.Tests.Deployment;

/// <summary><c>deploy/compose.yaml</c> names images that are built, variables that are read, and services that there are.</summary>
public sealed class ComposeTests
{
    private static readonly string[] Ours = ["silo", "gateway", "web"];
    private readonly Dictionary<string, Service> _services = Read().Services;

    [Fact]
    public void SetsOnlyWhatTheCodeReads() => Assert.All(Ours.SelectMany(name => _services[name].Environment.Keys), name => Assert.True(KnownVariables.IsRead(name), name));

    [Fact]
    public void NamesTheImagesThatTheProjectsPublish()
    {
        foreach (string name in Ours)
        {
            string project = $"OrleansStream.{char.ToUpperInvariant(name[0])}{name[1..]}";
            string repository = XDocument.Load(Path.Combine(Repository.Root(), "src", project, $"{project}.csproj")).Descendants("ContainerRepository").Single().Value;
            Assert.Contains($":-{repository}:", _services[name].Image, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void NamesServicesThatThereAre()
    {
        var environment = _services["silo"].Environment;
        Assert.Contains(environment["ConnectionStrings__kafka"].Split(':')[0], _services.Keys);
        Assert.Contains("Host=postgres;", environment["ConnectionStrings__orleansdb"], StringComparison.Ordinal);
        Assert.Contains(new Uri(_services["web"].Environment["OrleansStream__Web__GatewayUrl"]).Host, _services.Keys);
    }

    private static Composition Read()
    {
        using var file = File.OpenText(Path.Combine(Repository.Root(), "deploy", "compose.yaml"));
        return new DeserializerBuilder().WithCaseInsensitivePropertyMatching().IgnoreUnmatchedProperties().WithDuplicateKeyChecking()
            .Build().Deserialize<Composition>(new MergingParser(new Parser(file)));
    }

    private sealed class Composition
    {
        public Dictionary<string, Service> Services { get; set; } = [];
    }

    private sealed class Service
    {
        public string Image { get; set; } = "";

        public Dictionary<string, string> Environment { get; set; } = [];
    }
}
