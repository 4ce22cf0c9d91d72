using System.Text.Json;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.OpenApi;

public sealed class OpenApiTests(LocalGateway gateway)
{
    private readonly Api _api = gateway.Api;

    /// <summary>Every route of the API; a new one is added here and described there.</summary>
    private static readonly string[] Routes =
    [
        "delete /api/v2/silence/{id}",
        "delete /v1/cards/{cardId}",
        "delete /v1/conversations/{conversationId}",
        "delete /v1/dead-letters",
        "delete /v1/dead-letters/{id}",
        "delete /v1/demo",
        "delete /v1/jobs/{id}",
        "delete /v1/keys/{id}",
        "delete /v1/rules/fraud/shadow",
        "delete /v1/users/{userId}",
        "delete /v1/webhooks/{name}",
        "get /api/v2/alerts",
        "get /api/v2/alerts/groups",
        "get /api/v2/receivers",
        "get /api/v2/silence/{id}",
        "get /api/v2/silences",
        "get /api/v2/status",
        "get /health/live",
        "get /health/ready",
        "get /metrics",
        "get /v1/alert-rules",
        "get /v1/alerts",
        "get /v1/alerts/stream",
        "get /v1/alerts/{fingerprint}",
        "get /v1/cards/{cardId}",
        "get /v1/cards/{cardId}/decisions",
        "get /v1/cards/{cardId}/decisions/{transactionId}",
        "get /v1/cards/{cardId}/decisions/{transactionId}/explanation",
        "get /v1/cards/{cardId}/transactions",
        "get /v1/cases",
        "get /v1/cases/stream",
        "get /v1/cases/{id}",
        "get /v1/catalog/categories",
        "get /v1/catalog/items",
        "get /v1/catalog/items/{id}",
        "get /v1/contexts/stream",
        "get /v1/conversations/{conversationId}",
        "get /v1/conversations/{conversationId}/context",
        "get /v1/conversations/{conversationId}/stream",
        "get /v1/dead-letters",
        "get /v1/dead-letters/stream",
        "get /v1/dead-letters/{id}",
        "get /v1/decisions/stream",
        "get /v1/demo",
        "get /v1/device-changes/stream",
        "get /v1/devices/{deviceId}",
        "get /v1/devices/{deviceId}/device-changes",
        "get /v1/devices/{deviceId}/device-changes/{transactionId}",
        "get /v1/jobs",
        "get /v1/jobs/stream",
        "get /v1/jobs/{id}",
        "get /v1/keys",
        "get /v1/merchant-frauds/stream",
        "get /v1/merchants/{merchantId}",
        "get /v1/merchants/{merchantId}/merchant-frauds",
        "get /v1/merchants/{merchantId}/merchant-frauds/{transactionId}",
        "get /v1/pipeline",
        "get /v1/pipeline/stream",
        "get /v1/recommend",
        "get /v1/recommendations/index",
        "get /v1/recommendations/stream",
        "get /v1/rules/fraud",
        "get /v1/rules/fraud/shadow",
        "get /v1/rules/fraud/versions",
        "get /v1/rules/fraud/versions/{version}",
        "get /v1/services",
        "get /v1/services/stream",
        "get /v1/services/{service}",
        "get /v1/services/{service}/alerts",
        "get /v1/services/{service}/alerts/{fingerprint}",
        "get /v1/services/{service}/logs",
        "get /v1/services/{service}/logs/stream",
        "get /v1/session-clicks/stream",
        "get /v1/stream",
        "get /v1/topics",
        "get /v1/topics/stream",
        "get /v1/trending",
        "get /v1/users/{userId}",
        "get /v1/users/{userId}/recommendations",
        "get /v1/webhooks",
        "post /api/v2/alerts",
        "post /api/v2/silences",
        "post /v1/a",
        "post /v1/alerts/{fingerprint}/acknowledge",
        "post /v1/alias",
        "post /v1/b",
        "post /v1/batch",
        "post /v1/clicks",
        "post /v1/conversations/{conversationId}/messages",
        "post /v1/conversations/{conversationId}/reply",
        "post /v1/dead-letters/redrive",
        "post /v1/dead-letters/{id}/redrive",
        "post /v1/g",
        "post /v1/group",
        "post /v1/i",
        "post /v1/identify",
        "post /v1/keys",
        "post /v1/keys/{id}/rotate",
        "post /v1/logs",
        "post /v1/messages",
        "post /v1/metrics",
        "post /v1/p",
        "post /v1/page",
        "post /v1/replays",
        "post /v1/rules/fraud/backtest",
        "post /v1/rules/fraud/shadow",
        "post /v1/s",
        "post /v1/screen",
        "post /v1/sessions",
        "post /v1/sse-tickets",
        "post /v1/t",
        "post /v1/traces",
        "post /v1/track",
        "post /v1/transactions",
        "put /v1/alert-rules",
        "put /v1/cases/{id}",
        "put /v1/catalog/categories",
        "put /v1/catalog/items",
        "put /v1/demo",
        "put /v1/pipeline/batch",
        "put /v1/rules/fraud",
        "put /v1/transactions/{id}/label",
        "put /v1/webhooks",
    ];

    [Fact]
    public async Task IsVersion31_WhenTheDocumentIsRead() =>
        Assert.StartsWith("3.1", (await DocumentAsync()).Root.GetProperty("openapi").GetString(), StringComparison.Ordinal);

    [Fact]
    public async Task DescribesEveryRoute_WhenTheDocumentIsRead() =>
        Assert.Equal(Routes, (await DocumentAsync()).Operations.Select(o => o.Name).Order(StringComparer.Ordinal));

    [Fact]
    public async Task AnswersEachDescribedRoute_WhenItIsCalled()
    {
        foreach (var (name, _) in (await DocumentAsync()).Operations)
        {
            string[] parts = name.Split(' ');
            string path = parts[1].Replace("{cardId}", Given.Card(), StringComparison.Ordinal).Replace("{transactionId}", "tx", StringComparison.Ordinal);
            using var request = new HttpRequestMessage(HttpMethod.Parse(parts[0]), path);
            using var response = await _api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            Assert.True((int)response.StatusCode is 200 or 202 or 400 or 404 or 415 or 422, $"{name}: {response.StatusCode}");
            if (response.IsSuccessStatusCode) continue;
            string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotContain("urn:orleansstream:problem:not-found", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task HasSummaryIdTagAndExamples_WhenAnOperationIsRead() => (await DocumentAsync()).AssertDescribed();

    [Theory]
    [InlineData(Api.Json)]
    [InlineData(Api.Ndjson)]
    [InlineData("application/cloudevents+json")]
    [InlineData("application/cloudevents-batch+json")]
    public async Task AcceptsTheDocumentsExample_WhenPostedAs(string contentType)
    {
        var reply = await _api.PostAsync((await DocumentAsync()).RequestExample("post /v1/transactions", contentType), contentType);
        Assert.True(reply.Status is 200 or 202, reply.Text);
    }

    [Fact]
    public async Task ShowsTheAnswersRealMembers_WhenADecisionIsDescribed()
    {
        var post = (await DocumentAsync())["post /v1/transactions"];
        var example = post.GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty(Api.Json).GetProperty("example");
        var real = await _api.DecideAsync(Given.Transaction());
        Assert.Equal(Names(real.Json), Names(example));
    }

    [Fact]
    public async Task ShowsTheAnswersRealMembers_WhenAProfileIsDescribed()
    {
        var get = (await DocumentAsync())["get /v1/cards/{cardId}"];
        var example = get.GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty(Api.Json).GetProperty("example");
        string card = Given.Card();
        await _api.DecideAsync(Given.Transaction(card, more: ""","deviceId":"d","channel":"pos","location":{"lat":1,"lon":2}"""));
        Assert.Equal(Names((await _api.GetAsync($"/v1/cards/{card}")).Json), Names(example));
    }

    [Fact]
    public async Task AnswersHtml_WhenTheReferenceIsOpened() =>
        Assert.Equal("text/html", (await _api.GetAsync("/scalar")).Expect(200).ContentType);

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal);

    private Task<ApiDocument> DocumentAsync() => ApiDocument.ReadAsync(_api);
}
