using System.Text;
using OrleansStream.Gateway.Tests.Harness;
using static OrleansStream.Gateway.Tests.Recommendations.SegmentTests;

namespace OrleansStream.Gateway.Tests.Recommendations;

public sealed class RecommendTests(LocalGateway gateway)
{
    private readonly Api _api = gateway.Api;

    [Fact]
    public async Task FollowsOtherSessions_WhenTheyHadTheItem()
    {
        string shoe = Given.Id("shoe"), sock = Given.Id("sock");
        foreach (string session in (string[])[Given.Id("s"), Given.Id("s"), Given.Id("s")])
        {
            await _api.RecommendAsync(session, shoe);
            await _api.RecommendAsync(session, sock);
        }
        await UntilAsync(async () => (await _api.RecommendAsync(Given.Id("s"), shoe, "&user_consent=false")).FirstOrDefault() == sock);
        var reply = (await _api.GetAsync($"/v1/recommend?session_id={Given.Id("s")}&item_id={shoe}&user_consent=true")).Expect(200);
        Assert.Equal("no-store", reply.Header("Cache-Control"));
        Assert.InRange(reply.Json.GetArrayLength(), 1, 21);
    }

    [Theory]
    [InlineData("&user_consent=false", null, null)]
    [InlineData("&user_consent=true", "Sec-Purpose", "prefetch;prerender")]
    [InlineData("&user_consent=true", "Purpose", "prefetch")]
    public async Task RecordsNothing_WhenThereIsNoConsentOrNobodyLooks(string query, string? header, string? value)
    {
        string session = Given.Id("s");
        (await _api.GetAsync($"/v1/recommend?session_id={session}&item_id=kept{query}", header is null ? [] : [(header, value!)])).Expect(200);
        await _api.RecommendAsync(session, "later");
        await UntilAsync(async () => (await _api.GetAsync($"/v1/users/{session}")).Status == 200);
        Assert.Equal(1, (await _api.GetAsync($"/v1/users/{session}")).Json.GetProperty("counts").GetProperty("views").GetInt64());
    }

    [Fact]
    public async Task RecordsNothing_WhenOnlyTheHeadIsAskedFor()
    {
        string session = Given.Id("s");
        (await _api.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/v1/recommend?session_id={session}&item_id=a&user_consent=true"))).Expect(200);
        Assert.Equal(404, (await _api.GetAsync($"/v1/users/{session}")).Status);
    }

    [Theory]
    [InlineData("?item_id=a", "missing-parameter")]
    [InlineData("?session_id=a", "missing-parameter")]
    [InlineData("?session_id=a&item_id=%00", "invalid-parameter")]
    [InlineData("?session_id=a&item_id=b&user_consent=maybe", "invalid-user-consent")]
    public async Task Answers400_WhenTheQueryIsWrong(string query, string code) => (await _api.GetAsync($"/v1/recommend{query}")).Expect(400, code);

    [Fact]
    public async Task ListsWhatIsTrending_WhenTheVisitorIsNotKnown()
    {
        string item = Given.Id("hot"), category = Given.Id("category"), position = "";
        for (int i = 0; i < 3; i++) position = await _api.ViewAsync(Given.Id("u"), item, category);
        await UntilAsync(async () => (await _api.GetAsync($"/v1/trending?category={category}")).Expect(200).Json.GetProperty("items").EnumerateArray().Any(i => i.GetProperty("score").GetDouble() > 2.9));
        Assert.NotEmpty(await _api.RecommendedAsync(Given.Id("nobody"), position));
    }

    [Fact]
    public async Task LeavesOutWhatWasBought_WhenItIsNotAskedFor()
    {
        string user = Given.Id("u"), item = Given.Id("item");
        await _api.ViewAsync(Given.Id("u"), item);
        string position = (await _api.SegmentAsync("track", $$$"""{"userId":"{{{user}}}","event":"Order Completed","properties":{"products":[{"product_id":"{{{item}}}"}]}}""")).Expect(200).Position;
        Assert.DoesNotContain(await _api.RecommendedAsync(user, position, "?limit=100"), i => i.Item == item);
    }

    [Fact]
    public async Task SendsNewRecommendations_WhenTheVisitorClicks()
    {
        string user = Given.Id("u");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(TimeSpan.FromSeconds(30));
        using var response = await _api.Http.GetAsync($"/v1/recommendations/stream?userId={user}", HttpCompletionOption.ResponseHeadersRead, stop.Token);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(stop.Token), Encoding.UTF8);
        await lines.ReadLineAsync(stop.Token);
        await _api.ViewAsync(user, "a");
        string? line;
        while ((line = await lines.ReadLineAsync(stop.Token)) is not null && !line.StartsWith("data: ", StringComparison.Ordinal)) { }
        Assert.Contains($"\"userId\":\"{user}\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CountForOthers_WhenSessionsOfBeforeAreImported()
    {
        string shoe = Given.Id("shoe"), sock = Given.Id("sock"), session = Given.Id("s");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/sessions")
        {
            Content = new StringContent($$"""[{"sessionId":"{{session}}","itemId":"{{shoe}}"},{"sessionId":"{{session}}","itemId":"{{sock}}"},{"sessionId":"x"}]""", Encoding.UTF8, Api.Json),
        };
        Assert.Equal("accepted,accepted,rejected:missing-field", (await _api.SendAsync(request)).Expect(207).Outcomes);
        await UntilAsync(async () => (await _api.RecommendAsync(Given.Id("s"), shoe, "&user_consent=false")).FirstOrDefault() == sock);
    }

    [Fact]
    public async Task ShowsTheCatalogue_WhenItWasHandedIn()
    {
        string id = Given.Id("item");
        var reply = (await _api.PutAsync("items", $$"""[{"id":"{{id}}","name":"A","price":1.5,"tags":["x"]},{"name":"none"},{"id":"b","price":"much"}]""")).Expect(207);
        Assert.Equal("accepted,rejected:missing-field,rejected:invalid-price", reply.Outcomes);
        Assert.Equal("A", (await _api.GetAsync($"/v1/catalog/items/{id}")).Expect(200).Member("name"));
        (await _api.PutAsync("items", $$"""{"id":"{{id}}","name":"B"}""")).Expect(200);
        Assert.Equal("B", (await _api.GetAsync($"/v1/catalog/items/{id}")).Expect(200).Member("name"));
        Assert.NotEqual(0, (await _api.GetAsync("/v1/catalog/items?limit=1")).Expect(200).Json.GetProperty("items").GetArrayLength());
        (await _api.GetAsync("/v1/catalog/items?cursor=x")).Expect(400, "invalid-cursor");
    }
}
