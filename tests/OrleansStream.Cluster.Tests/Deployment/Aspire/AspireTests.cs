using System.Text.RegularExpressions;
using Npgsql;
using OrleansStream.Cluster.Tests.Cluster;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Deployment.Aspire;

/// <summary>Silo, gateway and pages with exactly the variables that the AppHost sets.</summary>
public sealed partial class AspireTests
{
    private const string Key = "osk_0123456789abcdefghijklmnopqrstuvwxyzABCD";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task DecidesAnEvent_WhenStartedWithAspiresVariables()
    {
        Assert.SkipWhen(ProductCluster.Missing is not null, ProductCluster.Missing ?? "");
        var manifest = new AspireManifest();
        await using var cluster = await ProductCluster.StartAsync(1, 1, (database, kafka) =>
        {
            var known = Known(database, kafka);
            return (manifest.Variables("silo", known), manifest.Variables("gateway", known));
        });
        var gateway = cluster.Gateways[0];
        await using var web = await WebProcess.StartAsync(manifest.Variables("web", new Dictionary<string, string>
        {
            ["gateway.bindings.http.url"] = gateway.Url.ToString().TrimEnd('/'), ["first-key.value"] = Key["osk_".Length..],
        }));

        await using var load = new CardLoad(cluster, "aspire", cards: 6);
        await Recovery.MeasureAsync(cluster, load, TimeProvider.System, Limit);
        Assert.Empty(load.Failures);
        await load.AssertAppliedOnceAsync(cluster);

        // The pages have found the gateway by service discovery, and it takes their key.
        Assert.Equal("Healthy", await web.Http.GetStringAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken));
        Assert.Contains("<html", await web.Http.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    /// <summary>The manifest here is the AppHost's of today, as far as names go: who adds a resource writes it anew.</summary>
    [Fact]
    public void HasTheAppHostsResources_WhenTheManifestIsRead()
    {
        string program = File.ReadAllText(Path.Combine(Repository.Root(), "AppHost", "Program.cs"));
        var named = ResourceName().Matches(program).Select(m => m.Groups[1].Value);
        Assert.Empty(named.Except(new AspireManifest().Resources));
    }

    private static Dictionary<string, string> Known(string database, string kafka)
    {
        var server = new NpgsqlConnectionStringBuilder(database);
        string[] broker = kafka.Split(':');
        return new()
        {
            ["orleansdb.connectionString"] = database, ["postgres.bindings.tcp.host"] = server.Host!, ["postgres.bindings.tcp.port"] = $"{server.Port}",
            ["postgres-password.value"] = "not-asked-for", ["postgres-password-uri-encoded.value"] = "not-asked-for",
            ["kafka.connectionString"] = kafka, ["kafka.bindings.tcp.host"] = broker[0], ["kafka.bindings.tcp.port"] = broker[1],
            ["first-key.value"] = Key["osk_".Length..],
        };
    }

    [GeneratedRegex(@"\.Add(?:Parameter|Postgres|Database|Kafka|Project<[^>]+>)\(""([^""]+)""")]
    private static partial Regex ResourceName();
}
