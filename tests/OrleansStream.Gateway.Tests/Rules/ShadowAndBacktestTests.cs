using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Rules;

public sealed class ShadowAndBacktestTests(RulesGateway gateway) : IClassFixture<RulesGateway>
{
    private Api Api => gateway.Api;

    [Fact]
    public async Task DecidesBesideTheRulesInForce_WhenAShadowIsSet()
    {
        (await gateway.SendAsync(HttpMethod.Get, "/v1/rules/fraud/shadow")).Expect(404, "shadow-not-found");
        (await gateway.SendAsync(HttpMethod.Post, "/v1/rules/fraud/shadow", JsonNode.Parse("""{"id":"strict","thresholds":{"decline":101},"rules":{"VELOCITY_COUNT":{"limit":1}}}"""))).Expect(200);
        var decision = await gateway.BurstAsync(2);
        Assert.Equal("approve", decision.Member("outcome"));
        var shadow = decision.Json.GetProperty("shadow")[0];
        Assert.Equal(("strict", "review"), (shadow.GetProperty("ruleset").GetProperty("id").GetString(), shadow.GetProperty("outcome").GetString()));
        var differences = await UntilAsync(async () => (await gateway.SendAsync(HttpMethod.Get, "/v1/rules/fraud/shadow")).Expect(200).Json, s => s.GetProperty("compared").GetInt64() >= 2);
        Assert.Equal(1, differences.GetProperty("differing").GetInt64());
        Assert.Equal(decision.Member("transactionId"), differences.GetProperty("items")[0].GetProperty("transactionId").GetString());
        (await gateway.SendAsync(HttpMethod.Delete, "/v1/rules/fraud/shadow")).Expect(204);
        Assert.Empty((await gateway.BurstAsync(1)).Json.GetProperty("shadow").EnumerateArray());
        (await gateway.SendAsync(HttpMethod.Delete, "/v1/rules/fraud/shadow")).Expect(404, "shadow-not-found");
    }

    [Fact]
    public async Task FindsTheSameFlips_WhenItIsRunTwice()
    {
        for (int i = 0; i < 5; i++) await gateway.BurstAsync(4);
        var (one, other) = (await BacktestAsync(), await BacktestAsync());
        Assert.True(one.GetProperty("flipped").GetInt64() >= 10, one.GetRawText());
        Assert.True(one.GetProperty("flippedBy").GetProperty("approve→review").GetInt64() >= 10, one.GetRawText());
        Assert.Equal(one.GetProperty("flippedHash").GetString(), other.GetProperty("flippedHash").GetString());
        Assert.Equal(one.GetProperty("flips").GetRawText(), other.GetProperty("flips").GetRawText());
    }

    [Fact]
    public async Task FlipsNothing_WhenTheRulesAreThoseInForce()
    {
        await gateway.BurstAsync(3);
        Assert.Equal(0, (await BacktestAsync("""{"ruleset":{"id":"default"}}""")).GetProperty("flipped").GetInt64());
    }

    [Fact]
    public async Task TellsPrecisionAndRecall_WhereLabelsExist()
    {
        string card = Given.Card();
        var decision = await gateway.BurstAsync(6, card);
        (await gateway.SendAsync(HttpMethod.Put, $"/v1/transactions/{decision.Member("transactionId")}/label", new JsonObject { ["cardId"] = card, ["fraud"] = true })).Expect(200);
        var result = await BacktestAsync();
        Assert.True(result.GetProperty("baseline").GetProperty("frauds").GetInt64() >= 1, result.GetRawText());
        Assert.InRange(result.GetProperty("candidate").GetProperty("recall").GetDouble(), 0.01, 1);
    }

    [Theory]
    [InlineData("{}", 422, "missing-ruleset")]
    [InlineData("""{"ruleset":{"thresholds":{"review":-1}}}""", 422, "invalid-rule")]
    [InlineData("""{"ruleset":{"id":"a"},"from":"yesterday"}""", 400, "invalid-from")]
    [InlineData("""{"ruleset":{"id":"a"},"from":"2026-11-22T00:00:00Z","to":"2026-11-21T00:00:00Z"}""", 422, "from-after-to")]
    public async Task IsRefused_WhenTheRequestIsNotValid(string body, int status, string code) =>
        (await gateway.SendAsync(HttpMethod.Post, "/v1/rules/fraud/backtest", JsonNode.Parse(body))).Expect(status, code);

    private async Task<JsonElement> BacktestAsync(string body = """{"ruleset":{"id":"strict","rules":{"VELOCITY_COUNT":{"limit":1}}}}""")
    {
        string id = (await gateway.SendAsync(HttpMethod.Post, "/v1/rules/fraud/backtest", JsonNode.Parse(body))).Expect(202).Member("id");
        var job = await UntilAsync(async () => (await Api.GetAsync($"/v1/jobs/{id}")).Expect(200).Json, j => j.GetProperty("status").GetString() is "completed" or "failed");
        Assert.True(job.GetProperty("status").GetString() == "completed", job.GetRawText());
        return job.GetProperty("result");
    }

    private static async Task<JsonElement> UntilAsync(Func<Task<JsonElement>> ask, Func<JsonElement, bool> isDone)
    {
        for (int i = 0; ; i++)
        {
            var answer = await ask();
            if (isDone(answer) || i == 600) return answer;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
