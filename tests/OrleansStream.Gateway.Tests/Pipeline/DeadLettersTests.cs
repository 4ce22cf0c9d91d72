using System.Text;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Pipeline;

public sealed class DeadLettersTests(PoisonedGateway gateway) : IClassFixture<PoisonedGateway>
{
    private readonly Api _api = gateway.Api;

    [Fact]
    public async Task ListsThemPageByPageNewestFirst_WhenAskedForALimit()
    {
        var first = (await _api.GetAsync("/v1/dead-letters?topic=transactions&limit=4")).Expect(200).Json;
        var second = (await _api.GetAsync($"/v1/dead-letters?topic=transactions&limit=400&cursor={first.GetProperty("next").GetString()}")).Expect(200).Json;
        var items = first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray()).ToList();
        Assert.Equal(4, first.GetProperty("items").GetArrayLength());
        Assert.Equal(items.Count, items.Select(i => i.GetProperty("id").GetString()).Distinct().Count());
        var times = items.ConvertAll(i => i.GetProperty("failedAt").GetDateTimeOffset());
        Assert.Equal(times.OrderDescending(), times);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, second.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task ShowsTheBytes_WhenAskedForOne()
    {
        string id = gateway.Letters[1];
        var letter = (await _api.GetAsync($"/v1/dead-letters/{id}")).Expect(200);
        Assert.Equal((id, "transactions", "undecodable", "test"), (letter.Member("id"), letter.Member("topic"), letter.Member("code"), letter.Member("source")));
        Assert.Equal("{\"amount\":-1}", letter.Member("text"));
        Assert.Equal("{\"amount\":-1}", Encoding.UTF8.GetString(letter.Json.GetProperty("value").GetBytesFromBase64()));
        var bytes = (await _api.GetAsync($"/v1/dead-letters/{gateway.Letters[0]}")).Expect(200).Json;
        Assert.Equal([0xff, 0x00], bytes.GetProperty("value").GetBytesFromBase64());
        Assert.False(bytes.TryGetProperty("text", out _));
    }

    [Fact]
    public async Task AnswersTheSamePosition_WhenItIsRedrivenTwice()
    {
        string id = gateway.Letters[2];
        var first = (await SendAsync(HttpMethod.Post, $"/v1/dead-letters/{id}/redrive")).Expect(202);
        var second = (await SendAsync(HttpMethod.Post, $"/v1/dead-letters/{id}/redrive")).Expect(202);
        Assert.NotEqual(id, first.Position);
        Assert.Equal((id, first.Position), (second.Member("id"), second.Position));
        var letter = (await _api.GetAsync($"/v1/dead-letters/{id}")).Expect(200);
        Assert.Equal(("redriven", first.Position), (letter.Member("status"), letter.Member("redrivenAs")));
    }

    [Fact]
    public async Task IsDeletedForGood_WhenItIsDeleted()
    {
        string id = gateway.Letters[3];
        (await SendAsync(HttpMethod.Delete, $"/v1/dead-letters/{id}")).Expect(204);
        (await SendAsync(HttpMethod.Delete, $"/v1/dead-letters/{id}")).Expect(204);
        (await _api.GetAsync($"/v1/dead-letters/{id}")).Expect(404, "dead-letter-not-found");
        (await SendAsync(HttpMethod.Post, $"/v1/dead-letters/{id}/redrive")).Expect(409, "dead-letter-deleted");
        Assert.Contains(id, (await _api.GetAsync("/v1/dead-letters?status=deleted")).Expect(200).Text, StringComparison.Ordinal);
        Assert.DoesNotContain($"\"{id}\"", (await _api.GetAsync("/v1/dead-letters?limit=500")).Expect(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BecomesAJob_WhenManyAreRedriven()
    {
        var reply = (await SendAsync(HttpMethod.Post, "/v1/dead-letters/redrive", """{"topic":"transactions","codes":["no-such-code"]}""")).Expect(202);
        Assert.Equal($"/v1/jobs/{reply.Member("id")}", reply.Header("Location"));
        Assert.Equal("redrive", reply.Member("kind"));
        Assert.Equal("completed", (await Job.FinishedAsync(_api, reply)).Member("status"));
    }

    [Fact]
    public async Task CountsThem_WhenManyAreDeleted() =>
        Assert.Equal(0, (await SendAsync(HttpMethod.Delete, "/v1/dead-letters?topic=transactions&code=no-such-code")).Expect(200).Json.GetProperty("deleted").GetInt32());

    [Theory]
    [InlineData("GET", "/v1/dead-letters?limit=0", null, 400, "invalid-limit")]
    [InlineData("GET", "/v1/dead-letters?limit=x", null, 400, "invalid-limit")]
    [InlineData("GET", "/v1/dead-letters?status=nope", null, 400, "invalid-status")]
    [InlineData("GET", "/v1/dead-letters?cursor=nope", null, 400, "invalid-cursor")]
    [InlineData("GET", "/v1/dead-letters/nope", null, 404, "dead-letter-not-found")]
    [InlineData("GET", "/v1/dead-letters/transactions:0:999999", null, 404, "dead-letter-not-found")]
    [InlineData("POST", "/v1/dead-letters/nope/redrive", null, 404, "dead-letter-not-found")]
    [InlineData("POST", "/v1/dead-letters/redrive", "{", 400, "malformed-json")]
    [InlineData("POST", "/v1/dead-letters/redrive", "[]", 400, "not-an-object")]
    [InlineData("POST", "/v1/dead-letters/redrive", """{"topic":7}""", 400, "invalid-topic")]
    [InlineData("POST", "/v1/dead-letters/redrive", """{"codes":"x"}""", 400, "invalid-codes")]
    [InlineData("DELETE", "/v1/dead-letters", null, 400, "filter-required")]
    [InlineData("DELETE", "/v1/dead-letters?status=nope", null, 400, "invalid-status")]
    [InlineData("DELETE", "/v1/dead-letters/nope", null, 404, "dead-letter-not-found")]
    [InlineData("PUT", "/v1/dead-letters", null, 405, "method-not-allowed")]
    public async Task IsAProblem_WhenTheRequestIs(string method, string path, string? body, int status, string code) =>
        (await SendAsync(HttpMethod.Parse(method), path, body)).Expect(status, code);

    private Task<Reply> SendAsync(HttpMethod method, string path, string? body = null)
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, Api.Json);
        return _api.SendAsync(request);
    }
}
