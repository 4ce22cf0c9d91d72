using System.Text.Json;
using OrleansStream.Gateway.Tests.OpenApi;

namespace OrleansStream.Gateway.Tests.Auth;

/// <summary>Every route that the API's document names, with no key, with all scopes but its own, and with its own only.</summary>
public sealed class RouteScopeTests(KeyedGateway gateway) : IClassFixture<KeyedGateway>
{
    private static readonly string[] Scopes = ["ingest", "read", "operate"];

    /// <summary>What an orchestrator or a reader without a key may ask.</summary>
    private static readonly string[] Open = ["get /health/live", "get /health/ready"];

    [Fact]
    public async Task OpensToItsScopeOnly_WhenAnyRouteIsCalled()
    {
        var document = await ApiDocument.ReadAsync(gateway.Nobody);
        var keys = new Dictionary<string, (string Without, string With)>();
        foreach (string scope in Scopes)
            keys[scope] = ((await gateway.CreateAsync([.. Scopes.Where(s => s != scope)])).Key, (await gateway.CreateAsync(scope)).Key);
        var wrong = new List<string>();
        foreach (var (name, operation) in document.Operations)
        {
            if (Open.Contains(name))
            {
                await ExpectAsync(name, null, status => status is not (401 or 403), wrong);
                continue;
            }
            if (ScopeOf(operation) is not { } scope)
            {
                wrong.Add($"{name} names no scope");
                continue;
            }
            await ExpectAsync(name, null, status => status == 401, wrong);
            await ExpectAsync(name, "osk_0a1b2c3d4e5f6071_" + new string('A', 43), status => status == 401, wrong);
            await ExpectAsync(name, keys[scope].Without, status => status == 403, wrong);
            await ExpectAsync(name, keys[scope].With, status => status is not (401 or 403), wrong);
        }
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("/openapi/v1.json")]
    [InlineData("/scalar")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task AnswersWithoutAKey_WhenTheRouteIsOpen(string path) => (await gateway.Nobody.GetAsync(path)).Expect(200);

    /// <summary>Local's pages act with the process's own key: where there are keys they are closed to every key, their hub and what they are made of, too.</summary>
    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/fraud")]
    [InlineData("GET", "/fraud/cards/card-1")]
    [InlineData("GET", "/fraud/rules")]
    [InlineData("GET", "/shop")]
    [InlineData("GET", "/services/checkout")]
    [InlineData("GET", "/alerts")]
    [InlineData("GET", "/conversations/chat-1")]
    [InlineData("GET", "/pipeline/dead-letters")]
    [InlineData("GET", "/_blazor")]
    [InlineData("POST", "/_blazor/negotiate?negotiateVersion=1")]
    [InlineData("GET", "/_blazor/initializers")]
    [InlineData("GET", "/_framework/blazor.web.js")]
    public async Task IsClosedToEveryKey_WhenItIsAPageOrItsHub(string method, string path)
    {
        (await gateway.SendAsync(HttpMethod.Parse(method), path)).Expect(401);
        var (_, all) = await gateway.CreateAsync(Scopes);
        (await gateway.SendAsync(HttpMethod.Parse(method), path, all)).Expect(403);
    }

    [Fact]
    public async Task IsThereForReadersOnly_WhenItIsMetrics()
    {
        (await gateway.SendAsync(HttpMethod.Get, "/metrics")).Expect(401);
        (await gateway.SendAsync(HttpMethod.Get, "/metrics", (await gateway.CreateAsync("ingest", "operate")).Key)).Expect(403);
        (await gateway.SendAsync(HttpMethod.Get, "/metrics", (await gateway.CreateAsync("read")).Key)).Expect(200);
    }

    [Fact]
    public async Task Answers404_WhenAKeyAsksForNothing() => (await gateway.SendAsync(HttpMethod.Get, "/v1/nothing", gateway.Bootstrap)).Expect(404, "not-found");

    private async Task ExpectAsync(string name, string? key, Func<int, bool> allowed, List<string> wrong)
    {
        string[] parts = name.Split(' ');
        using var request = new HttpRequestMessage(HttpMethod.Parse(parts[0]), parts[1].Replace("{", "x", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal));
        if (key is not null) request.Headers.Add("X-Api-Key", key);
        using var response = await gateway.Nobody.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        if (!allowed((int)response.StatusCode)) wrong.Add($"{name} with {(key is null ? "no key" : key[..8] + "…")}: {(int)response.StatusCode}");
    }

    private static string? ScopeOf(JsonElement operation) =>
        operation.TryGetProperty("security", out var security) ? security[0].GetProperty("apiKey")[0].GetString() : null;
}
