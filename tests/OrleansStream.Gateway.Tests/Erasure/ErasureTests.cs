using System.Globalization;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Erasure;

/// <summary>Who is erased is not known any more, whatever was known, and may come again as somebody new.</summary>
public sealed class ErasureTests(LocalGateway gateway)
{
    private readonly Api _api = gateway.Api;

    [Fact]
    public async Task KnowsNothingOfTheCard_WhenItIsErased()
    {
        string card = Given.Card();
        // More than a row holds: some of them lie in history.
        for (int i = 0; i < 12; i++) await _api.DecideAsync(Given.Transaction(card, string.Create(CultureInfo.InvariantCulture, $"{card}-{i}")));
        var position = ("Min-Position", (await EraseAsync($"/v1/cards/{card}")).Member("position"));
        (await _api.GetAsync($"/v1/cards/{card}", position)).Expect(404, "card-not-found");
        (await _api.GetAsync($"/v1/cards/{card}/decisions")).Expect(404);
        (await _api.GetAsync($"/v1/cards/{card}/decisions/{card}-0")).Expect(404);
        await _api.DecideAsync(Given.Transaction(card, $"{card}-new"));
        var profile = (await _api.GetAsync($"/v1/cards/{card}")).Expect(200);
        Assert.Equal(1, profile.Json.GetProperty("decisionCount").GetInt64());
        Assert.Equal(1, (await _api.GetAsync($"/v1/cards/{card}/decisions")).Expect(200).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task KnowsNothingOfTheUser_WhenErased()
    {
        string user = Given.Id("user");
        var track = new HttpRequestMessage(HttpMethod.Post, "/v1/track") { Content = new StringContent($$"""{"event":"Product Viewed","userId":"{{user}}","messageId":"{{user}}","properties":{"product_id":"p-1","category":"shoes"} }""", null, "application/json") };
        string handedIn = (await _api.SendAsync(track)).Expect(200).Member("position");
        (await _api.GetAsync($"/v1/users/{user}", ("Min-Position", handedIn))).Expect(200);
        string position = (await EraseAsync($"/v1/users/{user}")).Member("position");
        (await _api.GetAsync($"/v1/users/{user}", ("Min-Position", position))).Expect(404, "user-not-found");
    }

    [Fact]
    public async Task Answers202_WhenNothingWasKnown()
    {
        string card = Given.Card();
        string position = (await EraseAsync($"/v1/cards/{card}")).Member("position");
        (await _api.GetAsync($"/v1/cards/{card}", ("Min-Position", position))).Expect(404, "card-not-found");
    }

    [Fact]
    public async Task Answers404_WhenItCannotBeACard() => (await _api.SendAsync(new HttpRequestMessage(HttpMethod.Delete, "/v1/cards/4111111111111111"))).Expect(404, "card-not-found");

    private async Task<Reply> EraseAsync(string path) => (await _api.SendAsync(new HttpRequestMessage(HttpMethod.Delete, path))).Expect(202);
}
