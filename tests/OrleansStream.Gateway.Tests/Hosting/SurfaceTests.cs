using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Hosting;

/// <summary>What stands around the API: health, metrics, unknown routes.</summary>
public sealed class SurfaceTests(LocalGateway gateway)
{
    private readonly Api _api = gateway.Api;

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Answers200_WhenAskedForHealth(string path) => (await _api.GetAsync(path)).Expect(200);

    [Fact]
    public async Task AnswersPrometheusText_WhenScraped()
    {
        await _api.DecideAsync(Given.Transaction());
        var reply = (await _api.GetAsync("/metrics")).Expect(200);
        Assert.Equal("text/plain", reply.ContentType);
        Assert.Contains("# TYPE http_server_request_duration_seconds histogram", reply.Text, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^http_server_request_duration_seconds_count\{.*http_route=""/v1/transactions"".*\} \d+", reply.Text);
    }

    [Fact]
    public async Task KeepsCardIdsOutOfLabels_WhenScraped()
    {
        string card = Given.Card();
        await _api.DecideAsync(Given.Transaction(card));
        (await _api.GetAsync($"/v1/cards/{card}")).Expect(200);
        Assert.DoesNotContain(card + "\"", (await _api.GetAsync("/metrics")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1")]
    [InlineData("/v1/nothing")]
    [InlineData("/v1/cards/")]
    [InlineData("/v1/cards/c/nothing")]
    [InlineData("/v2/transactions")]
    [InlineData("/openapi/v9.json")]
    public async Task Answers404_WhenTheRouteIsUnknown(string path) => (await _api.GetAsync(path)).Expect(404, "not-found");

    [Theory]
    [InlineData("GET", "/v1/transactions", "POST")]
    [InlineData("DELETE", "/v1/transactions", "POST")]
    [InlineData("POST", "/v1/cards/c", "DELETE, GET")]
    [InlineData("PUT", "/v1/cards/c/decisions", "GET")]
    [InlineData("POST", "/v1/decisions/stream", "GET")]
    public async Task Answers405WithAllow_WhenTheMethodIsWrong(string method, string path, string allowed)
    {
        var reply = (await _api.SendAsync(new HttpRequestMessage(HttpMethod.Parse(method), path))).Expect(405, "method-not-allowed");
        Assert.Equal(allowed, string.Join(", ", reply.Headers["Allow"].Order()));
    }

    [Fact]
    public async Task DoesNotNameItsServer_WhenItAnswers() => Assert.Null((await _api.GetAsync("/health/live")).Header("Server"));
}
