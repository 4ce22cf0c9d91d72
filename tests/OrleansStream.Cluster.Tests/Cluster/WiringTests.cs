using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Cluster;

/// <summary>Silo and gateway as others start them: with Orleans' own keys, with the gateway first, with a second Kafka user in one process.</summary>
[Collection(nameof(SmallClusters))]
public sealed class WiringTests(SmallClusters shared)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task DecidesAnEvent_WhenStartedWithOrleansOwnKeys()
    {
        Assert.SkipWhen(ProductCluster.Missing is not null, ProductCluster.Missing ?? "");
        var client = new Dictionary<string, string>
        {
            ["Orleans__Clustering__ProviderType"] = "AdoNet", ["Orleans__Clustering__Invariant"] = "Npgsql", ["Orleans__Clustering__ConnectionName"] = "orleansdb",
            ["Orleans__ClusterId"] = "plain", ["Orleans__ServiceId"] = "plain",
        };
        var silo = new Dictionary<string, string>(client)
        {
            ["Orleans__Reminders__ProviderType"] = "AdoNet", ["Orleans__Reminders__Invariant"] = "Npgsql", ["Orleans__Reminders__ConnectionName"] = "orleansdb",
            ["Orleans__GrainStorage__Default__ProviderType"] = "AdoNet", ["Orleans__GrainStorage__Default__Invariant"] = "Npgsql", ["Orleans__GrainStorage__Default__ConnectionName"] = "orleansdb",
        };
        await using var cluster = await ProductCluster.StartAsync(silos: 1, gateways: 1, silo, client);
        await AssertDecidesAsync(cluster, "plain");
    }

    [Fact]
    public async Task ShowsOrleansDashboardOfTheSilosToOperatorsOnly()
    {
        Assert.SkipWhen(ProductCluster.Missing is not null, ProductCluster.Missing ?? "");
        var stop = TestContext.Current.CancellationToken;
        var cluster = await shared.OneSiloAsync();
        var operators = cluster.Gateways[0].Http;
        using var nobody = new HttpClient { BaseAddress = operators.BaseAddress };
        foreach (string path in new[] { "/orleans/", "/orleans/DashboardCounters" })
        {
            using var refused = await nobody.GetAsync(new Uri(path, UriKind.Relative), stop);
            // A browser asks for a key then.
            Assert.Equal((System.Net.HttpStatusCode.Unauthorized, true), (refused.StatusCode, refused.Headers.WwwAuthenticate.Any(w => w.Scheme == "Basic")));
        }
        using var reader = new HttpClient { BaseAddress = operators.BaseAddress, DefaultRequestHeaders = { { "X-Api-Key", await GatewayKeys.CreateAsync(cluster.Gateways[0], "ingest", "read") } } };
        using (var forbidden = await reader.GetAsync(new Uri("/orleans/", UriKind.Relative), stop)) Assert.Equal(System.Net.HttpStatusCode.Forbidden, forbidden.StatusCode);
        Assert.Contains("<html", await operators.GetStringAsync(new Uri("/orleans/", UriKind.Relative), stop), StringComparison.OrdinalIgnoreCase);
        using var counters = System.Text.Json.JsonDocument.Parse(await operators.GetStringAsync(new Uri("/orleans/DashboardCounters", UriKind.Relative), stop));
        Assert.Equal(1, counters.RootElement.GetProperty("totalActiveHostCount").GetInt32());
    }

    [Fact]
    public async Task AcceptsAtOnceAndDecidesLater_WhenTheGatewayStartsWithoutASilo()
    {
        Assert.SkipWhen(ProductCluster.Missing is not null, ProductCluster.Missing ?? "");
        await using var cluster = await ProductCluster.StartAsync(silos: 0, gateways: 1);
        var gateway = cluster.Gateways[0];
        Assert.Equal("Degraded", await gateway.Http.GetStringAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken));
        await gateway.SeesAsync("Waiting for the cluster", Limit);
        await using var load = new CardLoad(cluster, "early", cards: 4);
        foreach (string card in load.CardIds) await load.SendAsync(card);
        Assert.Empty(load.Failures);
        Assert.Equal(4, load.Acknowledged);

        await cluster.AddSiloAsync();
        await gateway.SeesAsync("Connected to the cluster", Limit);

        await load.AssertAppliedOnceAsync(cluster);
    }

    [Fact]
    public async Task EndsInOrder_WhenTheGatewayIsToldToWhileItWaitsForASilo()
    {
        Assert.SkipWhen(ProductCluster.Missing is not null, ProductCluster.Missing ?? "");
        await using var cluster = await ProductCluster.StartAsync(silos: 0, gateways: 1);
        var gateway = cluster.Gateways[0];
        await gateway.SeesAsync("Waiting for the cluster", Limit);

        Assert.True(await gateway.TerminateAsync() == 0, gateway.Output);
        Assert.DoesNotContain("Unhandled exception", gateway.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KnowsAKeyEverywhereWithinASecond_WhenOneGatewayMakesOrRevokesIt()
    {
        Assert.SkipWhen(ProductCluster.Missing is not null, ProductCluster.Missing ?? "");
        var cluster = await shared.NoSiloAsync();
        await GatewayKeys.AssertSharedAsync(cluster.Gateways[0], cluster.Gateways[1]);
    }

    private static async Task AssertDecidesAsync(ProductCluster cluster, string run)
    {
        await using var load = new CardLoad(cluster, run, cards: 6);
        await Recovery.MeasureAsync(cluster, load, TimeProvider.System, Limit);
        Assert.Empty(load.Failures);
        await load.AssertAppliedOnceAsync(cluster);
    }
}
