using System.Text.Json.Nodes;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Rules;

public sealed class RulesTests(RulesGateway gateway) : IClassFixture<RulesGateway>
{
    private Api Api => gateway.Api;

    [Fact]
    public async Task AreInForceAtOnce_WhenAThresholdIsChanged()
    {
        Assert.Equal("approve", (await gateway.BurstAsync(3)).Member("outcome"));
        var before = await VersionAsync();
        var changed = await gateway.ChangedAsync(rules => rules["rules"]!["VELOCITY_COUNT"]!["limit"] = 2);
        var put = (await gateway.PutAsync(changed)).Expect(200);
        Assert.Equal($"\"{before + 1}\"", put.Header("ETag"));
        var decision = await gateway.BurstAsync(3);
        Assert.Equal("review", decision.Member("outcome"));
        Assert.Equal(before + 1, decision.Json.GetProperty("ruleset").GetProperty("version").GetInt32());
        Assert.Equal("VELOCITY_COUNT", decision.Json.GetProperty("reasons")[0].GetProperty("code").GetString());
        await ResetAsync();
    }

    [Fact]
    public async Task RefusesWith412_WhenAnotherVersionIsInForce()
    {
        int version = await VersionAsync();
        var rules = await gateway.ChangedAsync(_ => { });
        (await gateway.PutAsync(rules, $"\"{version + 7}\"")).Expect(412, "version-mismatch");
        (await gateway.PutAsync(rules, "nonsense")).Expect(412, "version-mismatch");
        (await gateway.PutAsync(rules, $"\"{version}\"")).Expect(200);
        (await gateway.PutAsync(rules, $"\"{version}\"")).Expect(412, "version-mismatch");
    }

    [Fact]
    public async Task OnlyOneIsTaken_WhenTwoChangeTheSameVersionAtOnce()
    {
        int version = await VersionAsync();
        var changes = Enumerable.Range(0, 6).Select(async i =>
            await gateway.PutAsync(await gateway.ChangedAsync(rules => rules["rules"]!["NEW_DEVICE"]!["minHistory"] = 100 + i), $"\"{version}\""));
        var answers = await Task.WhenAll(changes);
        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers, answer => Assert.True(answer.Status is 200 or 412, answer.Text));
        Assert.Equal(version + 1, await VersionAsync());
        await ResetAsync();
    }

    [Theory]
    [InlineData("""{"thresholds":{"review":200}}""", "invalid-rule", "thresholds.review")]
    [InlineData("""{"custom":[{"code":"X","when":"amount >"}]}""", "invalid-rule", "custom[0].when")]
    [InlineData("""{"custom":[{"code":"X","when":"exec('x') == 1"}]}""", "invalid-rule", "custom[0].when")]
    [InlineData("""{"rules":{"VELOCITY_COUNT":{"limit":"many"}}}""", "invalid-rule", "rules.VELOCITY_COUNT.limit")]
    public async Task SaysWhatIsWrong_WhenADocumentIsNotValid(string body, string code, string field)
    {
        var reply = (await gateway.PutAsync(JsonNode.Parse(body)!)).Expect(422, code);
        Assert.Equal(field, reply.Error.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("PUT", "/v1/rules/fraud", """{"rules":{"VELOCITY_COUNT":{"limt":2}}}""")]
    [InlineData("PUT", "/v1/rules/fraud", """{"ruleset":{"rules":{"VELOCITY_COUNT":{"limt":2}}},"comment":"the wrapper may have what it likes"}""")]
    [InlineData("POST", "/v1/rules/fraud/shadow", """{"rules":{"VELOCITY_COUNT":{"limt":2}}}""")]
    [InlineData("POST", "/v1/rules/fraud/backtest", """{"ruleset":{"rules":{"VELOCITY_COUNT":{"limt":2}}}}""")]
    public async Task RefusesAMemberThatNobodyKnows_ByItsPath(string method, string path, string body)
    {
        int version = await VersionAsync();
        var reply = (await gateway.SendAsync(new HttpMethod(method), path, JsonNode.Parse(body))).Expect(400, "unknown-member");
        Assert.Equal("rules.VELOCITY_COUNT.limt", reply.Error.GetProperty("id").GetString());
        Assert.Equal(version, await VersionAsync());
    }

    [Fact]
    public async Task DecidesByACustomRule_WhenItsConditionHolds()
    {
        var changed = await gateway.ChangedAsync(rules => rules["custom"] = JsonNode.Parse(
            """[{"code":"BLOCKED_CATEGORY","when":"category in ['7995'] && amount > 10","hard":true,"detail":"gambling is not allowed"}]"""));
        (await gateway.PutAsync(changed)).Expect(200);
        var blocked = await Api.DecideAsync(Given.Transaction(more: ""","merchant":{"id":"casino","category":"7995"}"""));
        Assert.Equal("decline", blocked.Member("outcome"));
        Assert.Contains(blocked.Json.GetProperty("reasons").EnumerateArray(), r => r.GetProperty("code").GetString() == "BLOCKED_CATEGORY" && r.GetProperty("detail").GetString() == "gambling is not allowed");
        Assert.Equal("approve", (await Api.DecideAsync(Given.Transaction(more: ""","merchant":{"id":"shop","category":"5411"}"""))).Member("outcome"));
        await ResetAsync();
    }

    [Fact]
    public async Task NoneFailsAndEachNamesItsVersion_WhenRulesChangeUnderLoad()
    {
        int first = await VersionAsync();
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            var (seen, card) = (new List<int>(), Given.Card());
            while (!stop.IsCancellationRequested)
                seen.Add((await Api.DecideAsync(Given.Transaction(card))).Json.GetProperty("ruleset").GetProperty("version").GetInt32());
            return seen;
        })).ToArray();
        for (int i = 0; i < 3; i++) (await gateway.PutAsync(await gateway.ChangedAsync(rules => rules["rules"]!["VELOCITY_COUNT"]!["limit"] = 30 + i))).Expect(200);
        var after = await Api.DecideAsync(Given.Transaction());
        await stop.CancelAsync();
        var versions = await Task.WhenAll(load);
        Assert.Equal(first + 3, after.Json.GetProperty("ruleset").GetProperty("version").GetInt32());
        Assert.All(versions, seen =>
        {
            Assert.All(seen, version => Assert.InRange(version, first, first + 3));
            Assert.Equal(seen.Order(), seen);
        });
        await ResetAsync();
    }

    [Fact]
    public async Task ExplainsByTheOldVersion_WhenRulesChangedSince()
    {
        string card = Given.Card();
        var decision = await gateway.BurstAsync(6, card);
        int version = decision.Json.GetProperty("ruleset").GetProperty("version").GetInt32();
        (await gateway.PutAsync(await gateway.ChangedAsync(rules => rules["rules"]!["VELOCITY_COUNT"]!["limit"] = 1))).Expect(200);
        var explanation = (await Api.GetAsync($"/v1/cards/{card}/decisions/{decision.Member("transactionId")}/explanation")).Expect(200).Json;
        Assert.True(explanation.GetProperty("identical").GetBoolean());
        Assert.Equal(version, explanation.GetProperty("ruleset").GetProperty("version").GetInt32());
        Assert.Equal(5, explanation.GetProperty("ruleset").GetProperty("rules").GetProperty("VELOCITY_COUNT").GetProperty("limit").GetInt32());
        await ResetAsync();
    }

    [Fact]
    public async Task ShowsTheVersions_NewestFirst()
    {
        (await gateway.PutAsync(await gateway.ChangedAsync(rules => rules["thresholds"]!["review"] = 51))).Expect(200);
        await ResetAsync();
        int version = await VersionAsync();
        var versions = (await Api.GetAsync("/v1/rules/fraud/versions?limit=2")).Expect(200).Json;
        Assert.Equal([version, version - 1], versions.GetProperty("items").EnumerateArray().Select(v => v.GetProperty("version").GetInt32()));
        Assert.True(versions.GetProperty("items")[0].GetProperty("active").GetBoolean());
        var old = (await Api.GetAsync($"/v1/rules/fraud/versions/{version - 1}")).Expect(200).Json;
        Assert.Equal(51, old.GetProperty("thresholds").GetProperty("review").GetInt32());
        (await Api.GetAsync("/v1/rules/fraud/versions/9999")).Expect(404, "version-not-found");
    }

    [Fact]
    public async Task StayInForce_WhenTheProcessIsRestarted()
    {
        (await gateway.PutAsync(await gateway.ChangedAsync(rules => rules["rules"]!["VELOCITY_COUNT"]!["limit"] = 3))).Expect(200);
        int version = await VersionAsync();
        await gateway.RestartAsync();
        var decision = await gateway.BurstAsync(4);
        Assert.Equal(version, decision.Json.GetProperty("ruleset").GetProperty("version").GetInt32());
        Assert.Equal("review", decision.Member("outcome"));
        await ResetAsync();
    }

    private async Task<int> VersionAsync() => (await Api.GetAsync("/v1/rules/fraud")).Expect(200).Json.GetProperty("version").GetInt32();

    private async Task ResetAsync() => (await gateway.PutAsync(new JsonObject { ["id"] = "default" })).Expect(200);
}
