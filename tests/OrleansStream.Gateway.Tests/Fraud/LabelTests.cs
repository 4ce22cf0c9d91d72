using System.Text;
using System.Text.Json;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Fraud;

public sealed class LabelTests(LocalGateway gateway)
{
    private readonly Api _api = gateway.Api;

    [Fact]
    public async Task TeachesTheMerchantAndTheDevice_WhenAFraudIsLabelled()
    {
        var (card, merchant, device) = (Given.Card(), Given.Id("merchant"), Given.Id("device"));
        var decision = await _api.DecideAsync(Given.Transaction(card, more: $$""","merchant":{"id":"{{merchant}}","terminalId":"t-1","category":"c"},"deviceId":"{{device}}" """));
        (await LabelAsync(decision, true)).Expect(200);
        (await LabelAsync(decision, true)).Expect(200);
        var known = await UntilAsync($"/v1/merchants/{merchant}", m => m.GetProperty("confirmedFrauds").GetInt32() == 1);
        Assert.Equal(1, known.GetProperty("terminals").GetProperty("t-1").GetInt32());
        Assert.Equal(decision.Member("transactionId"), known.GetProperty("frauds")[0].GetProperty("transactionId").GetString());
        await UntilAsync($"/v1/devices/{device}", d => d.GetProperty("confirmedFrauds").GetInt32() == 1);
        await UntilAsync($"/v1/cards/{card}", c => c.GetProperty("confirmedFrauds").GetInt32() == 1);
        var next = await UntilDecidedAsync(
            () => Given.Transaction(more: $$""","merchant":{"id":"{{merchant}}","category":"c"},"deviceId":"{{device}}" """),
            d => d.GetProperty("facts").GetProperty("merchantFrauds").GetInt32() == 1);
        Assert.Equal(1, next.GetProperty("facts").GetProperty("deviceFrauds").GetInt32());
        Assert.Contains(next.GetProperty("reasons").EnumerateArray(), r => r.GetProperty("code").GetString() == "DEVICE_RISK");

        (await LabelAsync(decision, false)).Expect(200);
        await UntilAsync($"/v1/merchants/{merchant}", m => m.GetProperty("confirmedFrauds").GetInt32() == 0);
        await UntilAsync($"/v1/cards/{card}", c => c.GetProperty("confirmedFrauds").GetInt32() == 0);
    }

    [Fact]
    public async Task SpeaksOfASharedDevice_WhenManyCardsUseIt()
    {
        string device = Given.Id("device");
        for (int i = 0; i < 3; i++) await _api.DecideAsync(Given.Transaction(more: $$""","deviceId":"{{device}}" """));
        var decision = await UntilDecidedAsync(
            () => Given.Transaction(more: $$""","deviceId":"{{device}}" """), d => d.GetProperty("facts").GetProperty("otherCardsOnDevice").GetInt32() >= 3);
        Assert.Contains(decision.GetProperty("reasons").EnumerateArray(), r => r.GetProperty("code").GetString() == "SHARED_DEVICE");
    }

    [Fact]
    public async Task DeclinesTheHolderNoMore_WhenTheFraudElsewhereIsLabelled()
    {
        string card = Given.Card();
        var fraud = await _api.DecideAsync(At(card, "10:00", 40.71, -74.01));
        var holder = await _api.DecideAsync(At(card, "10:30", 28.61, 77.21));
        Assert.Equal(("approve", "decline"), (fraud.Member("outcome"), holder.Member("outcome")));
        string position = (await LabelAsync(fraud, true)).Expect(200).Position;
        (await _api.GetAsync($"/v1/cards/{card}", ("Min-Position", position))).Expect(200);
        Assert.Equal("approve", (await _api.DecideAsync(At(card, "11:00", 28.61, 77.21))).Member("outcome"));
    }

    [Theory]
    [InlineData("""{"fraud":true}""", 422, "missing-field")]
    [InlineData("""{"cardId":"CARD"}""", 422, "missing-field")]
    [InlineData("""{"cardId":"CARD","fraud":"yes"}""", 400, "invalid-fraud")]
    [InlineData("""{"cardId":"CARD","fraud":true,"time":"today"}""", 422, "invalid-time")]
    [InlineData("""{"cardId":"CARD","fraud":true,"time":"2099-01-01T00:00:00Z"}""", 422, "time-in-future")]
    [InlineData("""{"cardId":"4111111111111111","fraud":true}""", 404, "transaction-not-found")]
    [InlineData("""{"cardId":"nobody","fraud":true}""", 404, "transaction-not-found")]
    [InlineData("[]", 400, "not-an-object")]
    public async Task IsRefused_WhenTheLabelIsNotValid(string body, int status, string code)
    {
        string card = Given.Card();
        var decision = await _api.DecideAsync(Given.Transaction(card));
        (await PutAsync($"/v1/transactions/{decision.Member("transactionId")}/label", body.Replace("CARD", card, StringComparison.Ordinal))).Expect(status, code);
    }

    [Fact]
    public async Task IsNoTransaction_WhenSomebodyPostsOne()
    {
        // A label's kind is the engine's header: a body that looks like a label is a transaction without an amount.
        var reply = await _api.PostAsync("""{"transactionId":"x","cardId":"c","fraud":true,"time":"2026-11-22T10:00:00Z","purchaseTime":"2026-11-22T10:00:00Z"}""");
        reply.Expect(422, "missing-field");
        (await PutAsync("/v1/merchants", "{}", HttpMethod.Post)).Expect(404);
        (await PutAsync("/v1/devices", "{}", HttpMethod.Post)).Expect(404);
    }

    private static string At(string card, string time, double lat, double lon) => FormattableString.Invariant(
        $$"""{"cardId":"{{card}}","amount":10,"channel":"pos","time":"2026-11-22T{{time}}:00Z","location":{"lat":{{lat}},"lon":{{lon}} } }""");

    private Task<Reply> LabelAsync(Reply decision, bool fraud) => PutAsync(
        $"/v1/transactions/{decision.Member("transactionId")}/label", $$"""{"cardId":"{{decision.Member("cardId")}}","fraud":{{(fraud ? "true" : "false")}},"source":"chargeback"}""");

    private Task<Reply> PutAsync(string path, string body, HttpMethod? method = null) => _api.SendAsync(
        new HttpRequestMessage(method ?? HttpMethod.Put, path) { Content = new StringContent(body, Encoding.UTF8, Api.Json) });

    private async Task<JsonElement> UntilAsync(string path, Func<JsonElement, bool> isDone)
    {
        for (int i = 0; ; i++)
        {
            var reply = await _api.GetAsync(path);
            if (reply.Status == 200 && isDone(reply.Json)) return reply.Json;
            Assert.True(i < 600, $"{path}: {reply.Text}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>What is learned reaches the next decisions within moments.</summary>
    private async Task<JsonElement> UntilDecidedAsync(Func<string> transaction, Func<JsonElement, bool> isDone)
    {
        for (int i = 0; ; i++)
        {
            var decision = (await _api.DecideAsync(transaction())).Json;
            if (isDone(decision)) return decision;
            Assert.True(i < 300, decision.GetRawText());
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
