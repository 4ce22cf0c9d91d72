using System.Text;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Pipeline;

public sealed class ReplaysTests(LocalGateway gateway)
{
    private readonly Api _api = gateway.Api;

    [Fact]
    public async Task DeliversAKeysRecordsAgain_WhenTheTargetIsAKey()
    {
        string card = Given.Card();
        for (int i = 0; i < 3; i++) await _api.DecideAsync(Given.Transaction(card));
        string before = (await _api.GetAsync($"/v1/cards/{card}")).Expect(200).Text;
        var started = (await PostAsync($$"""{"topic":"transactions","from":"earliest","target":"{{card}}"}""")).Expect(202);
        Assert.Equal($"/v1/jobs/{started.Member("id")}", started.Header("Location"));
        var job = await Job.FinishedAsync(_api, started);
        Assert.Equal(("completed", "replay", card), (job.Member("status"), job.Member("kind"), job.Member("target")));
        var progress = job.Json.GetProperty("progress");
        Assert.Equal((3, 3, 100), (progress.GetProperty("delivered").GetInt32(), progress.GetProperty("applied").GetInt32(), progress.GetProperty("percent").GetInt32()));
        Assert.Equal(before, (await _api.GetAsync($"/v1/cards/{card}")).Text);
        Assert.Equal(3, (await _api.GetAsync($"/v1/cards/{card}/decisions")).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task ReplaysOneRecord_WhenFromAndToAreItsPosition()
    {
        string position = (await _api.DecideAsync(Given.Transaction())).Position;
        var job = await Job.FinishedAsync(_api, (await PostAsync($$"""{"topic":"transactions","from":"{{position}}","to":"{{position}}","target":"orleansstream"}""")).Expect(202));
        Assert.Equal(1, job.Json.GetProperty("progress").GetProperty("delivered").GetInt32());
    }

    [Fact]
    public async Task IsListedAndStaysAsItIs_WhenAFinishedJobIsCancelled()
    {
        var started = (await PostAsync("""{"topic":"transactions","from":"2026-11-22T10:00:00Z","target":"group:orleansstream"}""")).Expect(202);
        Assert.Contains(started.Member("id"), (await _api.GetAsync("/v1/jobs?limit=500")).Expect(200).Text, StringComparison.Ordinal);
        await Job.FinishedAsync(_api, started);
        var cancelled = await _api.SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"/v1/jobs/{started.Member("id")}"));
        Assert.Equal("completed", cancelled.Expect(200).Member("status"));
    }

    [Fact]
    public async Task RebuildsTheModel_WhenTheTargetIsOne() =>
        Assert.Equal("completed", (await Job.FinishedAsync(_api, (await PostAsync("""{"topic":"dead-letters","from":"earliest","target":"dead-letters"}""")).Expect(202))).Member("status"));

    [Theory]
    [InlineData("{}", 422, "topic-required")]
    [InlineData("""{"topic":"nope","from":"earliest","target":"k"}""", 422, "unknown-topic")]
    [InlineData("""{"topic":"transactions","target":"k"}""", 422, "from-required")]
    [InlineData("""{"topic":"transactions","from":"earliest"}""", 422, "target-required")]
    [InlineData("""{"topic":"transactions","from":"yesterday","target":"k"}""", 422, "invalid-from")]
    [InlineData("""{"topic":"transactions","from":"decisions:0:0","target":"k"}""", 422, "invalid-from")]
    [InlineData("""{"topic":"transactions","from":"transactions:0:99999999","target":"orleansstream"}""", 422, "invalid-from")]
    [InlineData("""{"topic":"transactions","from":"earliest","to":"tomorrow","target":"k"}""", 422, "invalid-to")]
    [InlineData("""{"topic":"transactions","from":"2026-11-22T10:00:00Z","to":"2026-11-21T10:00:00Z","target":"group:nope"}""", 422, "unknown-target")]
    [InlineData("""{"topic":"decisions","from":"earliest","target":"k"}""", 422, "target-not-of-topic")]
    [InlineData("""{"topic":1,"from":"earliest","target":"k"}""", 400, "invalid-topic")]
    [InlineData("[]", 400, "not-an-object")]
    [InlineData("{", 400, "malformed-json")]
    public async Task IsAProblem_WhenTheBodyIs(string body, int status, string code) => (await PostAsync(body)).Expect(status, code);

    [Theory]
    [InlineData("GET", "/v1/jobs/nope", 404, "job-not-found")]
    [InlineData("GET", "/v1/jobs/00000000000000000000000000000000", 404, "job-not-found")]
    [InlineData("DELETE", "/v1/jobs/nope", 404, "job-not-found")]
    [InlineData("GET", "/v1/jobs?limit=501", 400, "invalid-limit")]
    [InlineData("GET", "/v1/jobs?cursor=nope", 400, "invalid-cursor")]
    [InlineData("GET", "/v1/replays", 405, "method-not-allowed")]
    public async Task IsAProblem_WhenTheRequestIs(string method, string path, int status, string code) =>
        (await _api.SendAsync(new HttpRequestMessage(HttpMethod.Parse(method), path))).Expect(status, code);

    private Task<Reply> PostAsync(string body) =>
        _api.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/v1/replays") { Content = new StringContent(body, Encoding.UTF8, Api.Json) });
}
