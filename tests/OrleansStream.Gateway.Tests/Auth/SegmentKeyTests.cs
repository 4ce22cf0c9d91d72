using System.Text;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Auth;

/// <summary>How the browser library of Segment sends: its key in the body, and from the page of another site.</summary>
public sealed class SegmentKeyTests(KeyedGateway gateway) : IClassFixture<KeyedGateway>
{
    [Theory]
    [InlineData("/v1/t", "text/plain")]
    [InlineData("/v1/track", "application/json")]
    public async Task Opens_WhenTheKeyIsInTheBody(string path, string contentType)
    {
        var (_, key) = await gateway.CreateAsync("ingest");
        (await PostAsync(path, contentType, Message(key))).Expect(200);
        (await PostAsync(path, contentType, Message(key[..^1] + (key[^1] == 'A' ? 'B' : 'A')))).Expect(401, "unauthorized");
        (await PostAsync(path, contentType, """{"userId":"u","event":"Product Viewed"}""")).Expect(401, "unauthorized");
    }

    [Fact]
    public async Task Answers403_WhenTheKeyInTheBodyIsForReading()
    {
        var (_, key) = await gateway.CreateAsync("read");
        (await PostAsync("/v1/track", Api.Json, Message(key))).Expect(403, "forbidden");
    }

    [Fact]
    public async Task IsNoKey_WhenTheRouteIsNotSegments()
    {
        var (_, key) = await gateway.CreateAsync("ingest");
        (await PostAsync("/v1/transactions", Api.Json, $$"""{"writeKey":"{{key}}"}""")).Expect(401, "unauthorized");
    }

    [Theory]
    [InlineData(KeyedGateway.Shop, true)]
    [InlineData("https://other.example", false)]
    public async Task LetsPagesSend_WhenTheirSiteIsConfigured(string origin, bool allowed)
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/v1/track");
        preflight.Headers.Add("Origin", origin);
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "content-type");
        var asked = await gateway.Nobody.SendAsync(preflight);
        Assert.Equal(allowed ? origin : null, asked.Header("Access-Control-Allow-Origin"));

        var (_, key) = await gateway.CreateAsync("ingest");
        var sent = (await PostAsync("/v1/track", "text/plain", Message(key), origin)).Expect(200);
        Assert.Equal(allowed ? origin : null, sent.Header("Access-Control-Allow-Origin"));
    }

    private static string Message(string key) => $$"""{"userId":"u","event":"Product Viewed","properties":{"product_id":"p"},"writeKey":"{{key}}"}""";

    private async Task<Reply> PostAsync(string path, string contentType, string body, string? origin = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, contentType) };
        if (origin is not null) request.Headers.Add("Origin", origin);
        return await gateway.Nobody.SendAsync(request);
    }
}
