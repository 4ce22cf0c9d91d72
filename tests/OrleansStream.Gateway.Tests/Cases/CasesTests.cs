using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansStream.Gateway.Tests.Harness;
using OrleansStream.Gateway.Tests.Rules;

namespace OrleansStream.Gateway.Tests.Cases;

/// <summary>On rules of their own, by which a burst is reviewed and never declined, whatever is known over all cards.</summary>
public sealed class CasesTests(RulesGateway gateway) : IClassFixture<RulesGateway>, IAsyncLifetime
{
    private readonly Api _api = gateway.Api;

    public async ValueTask InitializeAsync() =>
        (await gateway.PutAsync(JsonNode.Parse("""{"thresholds":{"decline":101},"rules":{"VELOCITY_COUNT":{"weight":20}}}""")!)).Expect(200);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("confirmed", 1)]
    [InlineData("dismissed", 0)]
    public async Task LabelsItsTransaction_WhenACaseIsClosed(string status, int frauds)
    {
        var (card, opened) = await OpenAsync();
        Assert.Equal("open", opened.GetProperty("status").GetString());
        var closed = (await PutAsync(opened.GetProperty("id").GetString()!, $$"""{"status":"{{status}}","note":"asked the holder"}""")).Expect(200).Json;
        Assert.Equal((status, "asked the holder"), (closed.GetProperty("status").GetString(), closed.GetProperty("note").GetString()));
        Assert.Equal(["open", status], closed.GetProperty("trail").EnumerateArray().Select(t => t.GetProperty("status").GetString()));
        Assert.Equal(["rules", "analyst"], closed.GetProperty("trail").EnumerateArray().Select(t => t.GetProperty("by").GetString()));
        Assert.Empty(await ListAsync(card, "open"));
        for (int i = 0; i < 200 && (await ProfileAsync(card)) != frauds; i++) await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(frauds, await ProfileAsync(card));
        // Another look changes it; nothing is forgotten.
        string other = status == "confirmed" ? "dismissed" : "confirmed";
        var again = (await PutAsync(opened.GetProperty("id").GetString()!, $$"""{"status":"{{other}}"}""")).Expect(200).Json;
        Assert.Equal(["open", status, other], again.GetProperty("trail").EnumerateArray().Select(t => t.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task IsRefused_WhenTheStatusIsNone()
    {
        var (_, opened) = await OpenAsync();
        string id = opened.GetProperty("id").GetString()!;
        (await PutAsync(id, """{"status":"open"}""")).Expect(422, "invalid-status");
        (await PutAsync(id, "{}")).Expect(422, "invalid-status");
        (await PutAsync("none", """{"status":"confirmed"}""")).Expect(404, "case-not-found");
        (await _api.GetAsync("/v1/cases?status=closed")).Expect(400, "invalid-status");
        (await _api.GetAsync("/v1/cases?cursor=none")).Expect(400, "invalid-cursor");
        (await _api.GetAsync("/v1/cases?limit=0")).Expect(400, "invalid-limit");
    }

    [Fact]
    public async Task ListsPagesNewestFirst()
    {
        string card = Given.Card();
        await BurstAsync(card, 9);
        JsonElement[] all = [];
        for (int i = 0; i < 200 && all.Length < 4; i++) all = await ListAsync(card, "open");
        Assert.Equal(4, all.Length);
        var first = (await _api.GetAsync($"/v1/cases?cardId={card}&limit=3")).Expect(200).Json;
        var second = (await _api.GetAsync($"/v1/cases?cardId={card}&limit=3&cursor={first.GetProperty("next").GetString()}")).Expect(200).Json;
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
        Assert.Equal(all.Select(Id), first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray()).Select(Id));
        Assert.Equal(all.Select(c => c.GetProperty("openedAt").GetDateTimeOffset()).OrderDescending(), all.Select(c => c.GetProperty("openedAt").GetDateTimeOffset()));

        static string Id(JsonElement each) => each.GetProperty("id").GetString()!;
    }

    private async Task<(string Card, JsonElement Case)> OpenAsync()
    {
        string card = Given.Card();
        await BurstAsync(card, 6);
        for (int i = 0; i < 200; i++)
        {
            if (await ListAsync(card, "open") is [var opened]) return (card, opened);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        throw new InvalidOperationException($"No case of {card} was opened.");
    }

    private async Task BurstAsync(string card, int count)
    {
        for (int i = 0; i < count; i++)
            await _api.DecideAsync(FormattableString.Invariant($$"""{"id":"{{Given.Id("burst")}}","cardId":"{{card}}","amount":20,"time":"2026-11-22T10:00:{{10 + i}}Z"}"""));
    }

    private async Task<JsonElement[]> ListAsync(string card, string status) =>
        [.. (await _api.GetAsync($"/v1/cases?status={status}&cardId={card}")).Expect(200).Json.GetProperty("items").EnumerateArray()];

    private async Task<int> ProfileAsync(string card) => (await _api.GetAsync($"/v1/cards/{card}")).Expect(200).Json.GetProperty("confirmedFrauds").GetInt32();

    private Task<Reply> PutAsync(string id, string body) =>
        _api.SendAsync(new HttpRequestMessage(HttpMethod.Put, $"/v1/cases/{id}") { Content = new StringContent(body, Encoding.UTF8, Api.Json) });
}
