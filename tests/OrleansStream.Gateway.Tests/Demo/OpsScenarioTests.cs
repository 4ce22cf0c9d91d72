using System.Text.Json;
using OrleansStream.Gateway.Tests.Decisions;
using OrleansStream.Gateway.Tests.Harness;
using OrleansStream.Gateway.Tests.PipelineView;

namespace OrleansStream.Gateway.Tests.Demo;

/// <summary>Services of the demo, on a gateway of their own.</summary>
public sealed class OpsScenarioTests(PipelineGateway gateway) : IClassFixture<PipelineGateway>
{
    private const string Path = "/v1/demo";

    [Fact]
    public async Task ServicesTellOfThemselves_WhenTheyRun()
    {
        await using var services = await EventReader.OpenAsync(gateway.Api, "/v1/services/stream");
        (await gateway.PutAsync(Path, """{"scenario":"ops","ratePerSecond":20}""")).Expect(200);
        JsonElement items;
        do items = JsonDocument.Parse((await services.NextAsync()).Data).RootElement.GetProperty("items");
        while (items.GetArrayLength() < 6);
        (await gateway.DeleteAsync(Path)).Expect(200);
        Assert.All(items.EnumerateArray(), s => Assert.StartsWith("demo-", s.GetProperty("name").GetString(), StringComparison.Ordinal));
        Assert.All(items.EnumerateArray(), s => Assert.InRange(s.GetProperty("cpu").GetDouble(), 0.01, 1));
        Assert.Equal(0, items.EnumerateArray().Sum(s => s.GetProperty("firingAlerts").GetInt32()));
        // The list is read from the log of signals; a service's own state follows.
        Reply search;
        while ((search = await gateway.Api.GetAsync("/v1/services/demo-search")).Status == 404) await Task.Delay(50, TestContext.Current.CancellationToken);
        search.Expect(200);
        Assert.InRange(search.Json.GetProperty("latencyMs").GetProperty("p50").GetDouble(), 10, 100);
        Assert.NotEmpty(search.Json.GetProperty("templates").EnumerateArray());
    }
}
