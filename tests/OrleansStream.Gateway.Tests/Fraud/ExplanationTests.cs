using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Fraud;

public sealed class ExplanationTests(LocalGateway gateway)
{
    private readonly Api _api = gateway.Api;

    [Fact]
    public async Task IsIdenticalAndShowsEveryRule_WhenADecisionIsExplained()
    {
        string card = Given.Card();
        await _api.DecideAsync(Given.Transaction(card, "tx-1", ""","channel":"pos","location":{"lat":28.61,"lon":77.21},"deviceId":"d-1" """));
        await _api.DecideAsync(Given.Transaction(card, "tx-2", ""","channel":"pos","location":{"lat":40.71,"lon":-74.01},"deviceId":"d-2" """));
        var json = (await _api.GetAsync($"/v1/cards/{card}/decisions/tx-2/explanation")).Expect(200).Json;
        Assert.True(json.GetProperty("identical").GetBoolean());
        Assert.Equal("decline", json.GetProperty("decision").GetProperty("outcome").GetString());
        var rules = json.GetProperty("rules").EnumerateArray().ToDictionary(r => r.GetProperty("code").GetString()!);
        foreach (string code in new[]
                 {
                     "IMPOSSIBLE_TRAVEL", "VELOCITY_COUNT", "VELOCITY_SUM", "NEW_DEVICE", "SHARED_DEVICE", "AMOUNT_ANOMALY", "CARD_TESTING", "COUNTRY_MISMATCH", "MERCHANT_RISK",
                     "CATEGORY_RISK", "UNUSUAL_HOUR", "STRUCTURING",
                 })
            Assert.True(rules.ContainsKey(code), code);
        // At the same instant either may be the earlier one.
        var trip = rules["IMPOSSIBLE_TRAVEL"].GetProperty("inputs");
        Assert.InRange(Math.Max(trip.GetProperty("arrivalKm").GetDouble(), trip.GetProperty("departureKm").GetDouble()), 11_700, 11_800);
        Assert.False(json.GetProperty("historyExpired").GetBoolean());
        Assert.Equal(1, json.GetProperty("profileBefore").GetProperty("transactionCount").GetInt32());
        Assert.Equal("d-1", json.GetProperty("profileBefore").GetProperty("devices")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task RebuildsTheProfile_WhenTheCardHasALongHistory()
    {
        string card = Given.Card();
        var batch = Enumerable.Range(0, 130).Select(i =>
            $$"""{"id":"t-{{i}}","cardId":"{{card}}","amount":{{10 + i}},"time":"{{new DateTimeOffset(2026, 10, 1, 0, 0, 0, TimeSpan.Zero).AddHours(7 * i):O}}"}""");
        var reply = (await _api.PostAsync(Given.Array(batch))).Expect(200);
        await _api.DecisionCountAsync(card, reply.Results[^1].GetProperty("position").GetString()!);
        foreach (int i in new[] { 0, 1, 49, 50, 51, 117 })
        {
            var json = (await _api.GetAsync($"/v1/cards/{card}/decisions/t-{i}/explanation")).Expect(200).Json;
            Assert.True(json.GetProperty("identical").GetBoolean());
            var before = json.GetProperty("profileBefore");
            Assert.Equal(i, before.GetProperty("transactionCount").GetInt32());
            Assert.Equal(Enumerable.Range(0, i).Sum(n => 10.0 + n), before.GetProperty("amount").GetProperty("total").GetDouble(), 1e-6);
        }
    }

    [Fact]
    public async Task RebuildsTheProfile_WhenATransactionWasLabelledBetween()
    {
        string card = Given.Card();
        for (int i = 0; i < 3; i++) await _api.DecideAsync(Given.Transaction(card, $"t-{i}"));
        var label = new HttpRequestMessage(HttpMethod.Put, "/v1/transactions/t-1/label") { Content = new StringContent($$"""{"cardId":"{{card}}","fraud":true}""", null, Api.Json) };
        string position = (await _api.SendAsync(label)).Expect(200).Position;
        (await _api.GetAsync($"/v1/cards/{card}", ("Min-Position", position))).Expect(200);
        await _api.DecideAsync(Given.Transaction(card, "t-3"));
        Assert.Equal((2, 0), await BeforeAsync("t-2"));
        Assert.Equal((3, 1), await BeforeAsync("t-3"));

        async Task<(int Transactions, int Frauds)> BeforeAsync(string id)
        {
            var json = (await _api.GetAsync($"/v1/cards/{card}/decisions/{id}/explanation")).Expect(200).Json;
            Assert.True(json.GetProperty("identical").GetBoolean());
            var before = json.GetProperty("profileBefore");
            return (before.GetProperty("transactionCount").GetInt32(), before.GetProperty("confirmedFrauds").GetInt32());
        }
    }

    [Fact]
    public async Task Answers404_WhenThereIsNoSuchDecision()
    {
        string card = Given.Card();
        (await _api.GetAsync($"/v1/cards/{card}/decisions/tx/explanation")).Expect(404, "card-not-found");
        await _api.DecideAsync(Given.Transaction(card));
        (await _api.GetAsync($"/v1/cards/{card}/decisions/none/explanation")).Expect(404, "decision-not-found");
    }
}
