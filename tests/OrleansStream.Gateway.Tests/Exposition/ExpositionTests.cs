using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansStream.Gateway.Tests.Harness;
using OrleansStream.Testing;

namespace OrleansStream.Gateway.Tests.Exposition;

/// <summary><c>/metrics</c> as Prometheus scrapes it, and the dashboard that is made of it.</summary>
public sealed partial class ExpositionTests(LocalGateway gateway)
{
    private static readonly string Dashboard = Path.Combine(Repository.Root(), "deploy", "grafana", "orleansstream.json");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5", "application/openmetrics-text", true)]
    [InlineData("text/plain;version=0.0.4", "text/plain", false)]
    [InlineData("*/*", "text/plain", false)]
    public async Task IsInTheFormatAskedFor_WhenItIsScraped(string accept, string type, bool ends)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Accept.ParseAdd(accept);
        using var response = await gateway.Api.Http.SendAsync(request, Stop);
        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
        string text = await response.Content.ReadAsStringAsync(Stop);
        Assert.Equal(ends, text.TrimEnd().EndsWith("# EOF", StringComparison.Ordinal));
        string[] wrong = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#' && !Sample().IsMatch(line))];
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task HasEveryName_WhenTheDashboardAsksForIt()
    {
        await gateway.Api.DecideAsync(Given.Transaction());
        await ExportAsync("""{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"dashboard"}}]},"scopeLogs":[{"logRecords":[{"body":{"stringValue":"x"}}]}]}]}""");
        var asked = Names();
        Assert.True(asked.Count > 20, $"The dashboard asks for {asked.Count} metrics only.");
        // Some come with the first record of their kind that is done.
        string[] missing = [];
        for (long started = Environment.TickCount64; Environment.TickCount64 - started < 30_000; await Task.Delay(250, Stop))
        {
            var there = Families((await gateway.Api.GetAsync("/metrics")).Expect(200).Text);
            missing = [.. asked.Where(name => !there.Contains(name))];
            if (missing.Length == 0) return;
        }
        Assert.Empty(missing);
    }

    private async Task ExportAsync(string json)
    {
        using var content = new StringContent(json, new MediaTypeHeaderValue("application/json"));
        using var response = await gateway.Api.Http.PostAsync("/v1/logs", content, Stop);
        Assert.True(response.IsSuccessStatusCode);
    }

    private static HashSet<string> Names()
    {
        var dashboard = JsonDocument.Parse(File.ReadAllText(Dashboard)).RootElement;
        var queries = dashboard.GetProperty("panels").EnumerateArray().Where(p => p.TryGetProperty("targets", out _))
            .SelectMany(p => p.GetProperty("targets").EnumerateArray()).Select(t => t.GetProperty("expr").GetString()!);
        return [.. queries.SelectMany(q => Name().Matches(q)).Select(m => m.Value)];
    }

    /// <summary>The names of all samples, and those of counters and histograms that wait for their first.</summary>
    private static HashSet<string> Families(string text) => [.. text.Split('\n').SelectMany(line => line.Split(' ') switch
    {
        ["#", "TYPE", var name, "histogram"] => [$"{name}_bucket", $"{name}_count", $"{name}_sum"],
        ["#", "TYPE", var name, ..] => [name],
        _ => Array.Empty<string>(),
    })];

    /// <summary>Ours, and those of ASP.NET Core and .NET: label names and functions have none of these beginnings.</summary>
    [GeneratedRegex(@"\b(orleansstream|http_server|http_client|dotnet|kestrel)_[a-z_]+\b")]
    private static partial Regex Name();

    [GeneratedRegex("""^[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*",?)*\})? (NaN|[+-]Inf|[-+0-9.eE]+)( [0-9.]+)?( # .*)?$""")]
    private static partial Regex Sample();
}
