using System.Text.Json;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Cards;

public sealed class ProfileTests(LocalGateway gateway)
{
    private readonly Api _api = gateway.Api;

    [Fact]
    public async Task ShowsWhatTheContractPromises_WhenACardHasTransactions()
    {
        string card = Given.Card();
        await _api.DecideAsync(Transaction(card, 100, "2026-11-22T10:00:00Z", "dev-1"));
        var last = await _api.DecideAsync(Transaction(card, 300, "2026-11-22T10:01:00Z", "dev-2"));
        var reply = (await _api.GetAsync($"/v1/cards/{card}")).Expect(200);
        var profile = reply.Json;
        Assert.Equal(card, reply.Member("cardId"));
        Assert.Equal((2, 2), (profile.GetProperty("transactionCount").GetInt64(), profile.GetProperty("decisionCount").GetInt64()));
        Assert.Equal((200d, 100d, 400d), (Number(profile, "mean"), Number(profile, "deviation"), Number(profile, "total")));
        Assert.Equal(["dev-1", "dev-2"], profile.GetProperty("devices").EnumerateArray().Select(d => d.GetProperty("id").GetString()).Order());
        var place = profile.GetProperty("lastLocation");
        Assert.Equal((28.61, 77.21), (place.GetProperty("lat").GetDouble(), place.GetProperty("lon").GetDouble()));
        Assert.Equal(DateTimeOffset.Parse("2026-11-22T10:01:00Z", null), profile.GetProperty("lastTransactionAt").GetDateTimeOffset());
        Assert.Contains(
            profile.GetProperty("windows").EnumerateArray(), w => w.GetProperty("count").GetInt32() == 2 && w.GetProperty("sum").GetDecimal() == 400);
        Assert.Equal(last.Position, reply.Member("appliedPosition"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/decisions")]
    [InlineData("/decisions/tx-applied")]
    public async Task NamesTheAppliedPosition_WhenAskedFor(string path)
    {
        string card = Given.Card();
        var decision = await _api.DecideAsync(Given.Transaction(card, "tx-applied"));
        Assert.Equal(decision.Position, (await _api.GetAsync($"/v1/cards/{card}{path}")).Expect(200).Header("Applied-Position"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/decisions")]
    [InlineData("/decisions/tx-1")]
    public async Task Answers404_WhenACardWasNeverSeen(string path) =>
        (await _api.GetAsync($"/v1/cards/{Given.Card()}{path}")).Expect(404, "card-not-found");

    public static TheoryData<string> ImpossibleIds =>
    [
        "a%20b", "%F0%9F%92%B3", "k%C3%A4se", "a%2Fb", "a%2fb", "%252F", "..%2F..%2Fetc", "a;b", "a'b", "%3Cscript%3E", "%7B%7D",
        "a%0D%0Ab", "%ff%fe", "*", new string('c', 129), new string('c', 10_000),
    ];

    [Theory]
    [MemberData(nameof(ImpossibleIds))]
    public async Task Answers404_WhenNoCardCanHaveTheId(string id)
    {
        foreach (string path in new[] { "", "/decisions", "/decisions/tx" }) (await _api.GetAsync($"/v1/cards/{id}{path}")).Expect(404, "card-not-found");
    }

    [Fact]
    public async Task WaitsForNothing_WhenNoCardCanHaveTheId() =>
        (await _api.GetAsync("/v1/cards/a%20b", ("Min-Position", "transactions:0:999999999"), ("Prefer", "wait=20"))).Expect(404, "card-not-found");

    private static double Number(JsonElement profile, string member) => profile.GetProperty("amount").GetProperty(member).GetDouble();

    private static string Transaction(string card, int amount, string time, string device) => FormattableString.Invariant(
        $$"""{"cardId":"{{card}}","amount":{{amount}},"time":"{{time}}","deviceId":"{{device}}","channel":"pos","location":{"lat":28.61,"lon":77.21} }""");
}
