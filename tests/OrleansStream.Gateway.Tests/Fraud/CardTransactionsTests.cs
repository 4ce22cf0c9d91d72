using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Fraud;

public sealed class CardTransactionsTests(LocalGateway gateway)
{
    private readonly Api _api = gateway.Api;

    [Fact]
    public async Task HasWhatWasHandedInAndWhatWasDecided_WhenACardsTransactionsAreListed()
    {
        string card = Given.Card();
        await _api.DecideAsync(Given.Transaction(card, "tx-1", ""","location":{"lat":28.61,"lon":77.21},"merchant":{"id":"m-1","name":"Tea"} """));
        await _api.DecideAsync(Given.Transaction(card, "tx-2", ""","location":{"lat":40.71,"lon":-74.01} """));
        var first = (await _api.GetAsync($"/v1/cards/{card}/transactions?limit=1")).Expect(200).Json;
        var newest = first.GetProperty("items").EnumerateArray().Single();
        Assert.Equal(40.71, newest.GetProperty("transaction").GetProperty("location").GetProperty("lat").GetDouble());
        Assert.Equal(("tx-2", "decline"), (newest.GetProperty("decision").GetProperty("transactionId").GetString(), newest.GetProperty("decision").GetProperty("outcome").GetString()));
        var second = (await _api.GetAsync($"/v1/cards/{card}/transactions?cursor={first.GetProperty("next").GetString()}")).Expect(200).Json;
        var oldest = second.GetProperty("items").EnumerateArray().Single();
        Assert.Equal("Tea", oldest.GetProperty("transaction").GetProperty("merchant").GetProperty("name").GetString());
        Assert.Equal("tx-1", oldest.GetProperty("decision").GetProperty("transactionId").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, second.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task SaysSo_WhenCardOrCursorAreNone()
    {
        (await _api.GetAsync($"/v1/cards/{Given.Card()}/transactions")).Expect(404, "card-not-found");
        (await _api.GetAsync($"/v1/cards/{Given.Card()}/transactions?cursor=7")).Expect(400, "invalid-cursor");
    }
}
