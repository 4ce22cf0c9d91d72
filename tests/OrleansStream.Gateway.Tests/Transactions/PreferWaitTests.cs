using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Transactions;

public sealed class PreferWaitTests(LocalGateway gateway)
{
    private readonly Api _api = gateway.Api;

    [Fact]
    public async Task AnswersTheDecision_WhenTheClientWaits()
    {
        string card = Given.Card(), id = Given.Id("tx");
        var reply = (await _api.PostAsync(Given.Transaction(card, id), prefer: "wait=2")).Expect(200);
        var decision = reply.Json;
        Assert.Equal("wait=2", reply.Header("Preference-Applied"));
        Assert.Equal((id, card, "approve"), (reply.Member("transactionId"), reply.Member("cardId"), reply.Member("outcome")));
        Assert.InRange(decision.GetProperty("score").GetInt32(), 0, 10);
        Assert.Equal(0, decision.GetProperty("reasons").GetArrayLength());
        Assert.Equal("""{"id":"default","version":1}""", decision.GetProperty("ruleset").GetRawText());
        Assert.Equal(0, decision.GetProperty("facts").GetProperty("merchantRisk").GetDouble());
        Assert.Equal(0, decision.GetProperty("shadow").GetArrayLength());
        Assert.StartsWith("transactions:", reply.Position, StringComparison.Ordinal);
        Assert.Equal(reply.Position, reply.Header("Applied-Position"));
        Assert.True(decision.GetProperty("latencyMs").GetDouble() >= 0);
        Assert.NotEmpty(reply.Member("id"));
    }

    [Theory]
    [InlineData("time")]
    [InlineData("decidedAt")]
    public async Task WritesTimesWithOffset_WhenADecisionHas(string member) =>
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$", (await _api.DecideAsync(Given.Transaction())).Member(member));

    [Theory]
    [InlineData("wait=0.5", "wait=0.5")]
    [InlineData("respond-async, wait=10", "wait=10")]
    [InlineData("Wait = \"3\"", "wait=3")]
    [InlineData("wait", "wait=5")]
    [InlineData("wait=", "wait=5")]
    [InlineData("wait=1000000", "wait=25")]
    public async Task WaitsForTheTimeGranted_WhenPreferSays(string prefer, string granted) =>
        Assert.Equal(granted, (await _api.PostAsync(Given.Transaction(), prefer: prefer)).Expect(200).Header("Preference-Applied"));

    [Theory]
    [InlineData("wait=0")]
    [InlineData("wait=soon")]
    [InlineData("wait=-1")]
    [InlineData("wait=NaN")]
    [InlineData("wait=-Infinity")]
    [InlineData("wait=1e999")]
    [InlineData(";;;=,=")]
    [InlineData("return=minimal")]
    public async Task AnswersAtOnce_WhenPreferSays(string prefer)
    {
        var reply = (await _api.PostAsync(Given.Transaction(), prefer: prefer)).Expect(202);
        Assert.Null(reply.Header("Preference-Applied"));
    }

    [Fact]
    public async Task AnswersResults_WhenABatchAsksToWait() =>
        Assert.Equal("accepted", (await _api.PostAsync(Given.Array(Given.Transaction()), prefer: "wait=2")).Expect(200).Outcomes);

    [Fact]
    public async Task AnswersTheProblem_WhenABadRecordAsksToWait() =>
        (await _api.PostAsync("{}", prefer: "wait=2")).Expect(422, "missing-field");

    [Fact]
    public async Task DeclinesTheSecond_WhenACardIsInDelhiAndTenMinutesLaterInNewYork()
    {
        string card = Given.Card();
        await _api.DecideAsync(At(card, "2026-11-22T10:00:00Z", 28.61, 77.21));
        var decision = await _api.DecideAsync(At(card, "2026-11-22T10:10:00Z", 40.71, -74.01));
        var reason = Assert.Single(decision.Json.GetProperty("reasons").EnumerateArray(), r => r.GetProperty("code").GetString() == "IMPOSSIBLE_TRAVEL");
        Assert.Equal(("decline", 100), (decision.Member("outcome"), decision.Json.GetProperty("score").GetInt32()));
        Assert.Matches(@"^11,7\d\d km in 10 min = 70,\d\d\d km/h, limit 900 km/h$", reason.GetProperty("detail").GetString());
        Assert.InRange(reason.GetProperty("observed").GetDouble(), 70_000, 71_000);
        Assert.Equal(900, reason.GetProperty("threshold").GetDouble());
    }

    private static string At(string card, string time, double lat, double lon) =>
        FormattableString.Invariant($$"""{"cardId":"{{card}}","amount":100,"time":"{{time}}","location":{"lat":{{lat}},"lon":{{lon}}},"channel":"pos"}""");
}
