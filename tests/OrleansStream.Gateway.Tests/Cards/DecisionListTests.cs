using System.Globalization;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Cards;

/// <summary>One card with so many decisions that most have left its core row for history.</summary>
public sealed class ManyDecisions(LocalGateway gateway) : IAsyncLifetime
{
    public const int Count = 250;

    public string Card { get; } = Given.Card();

    /// <summary>The transactions' ids, oldest first; the time of the n-th is n minutes past midnight.</summary>
    public string[] Ids { get; } = [.. Enumerable.Range(0, Count).Select(i => FormattableString.Invariant($"tx-{i:d3}"))];

    public static DateTimeOffset TimeOf(int index) => new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero).AddMinutes(index);

    /// <summary>In several batches, so that the card's row spills several times.</summary>
    public async ValueTask InitializeAsync()
    {
        foreach (int[] part in Enumerable.Range(0, Count).Chunk(25))
        {
            (await gateway.Api.PostAsync(Given.Array(part[..^1].Select(Transaction)))).Expect(200);
            await gateway.Api.DecideAsync(Transaction(part[^1]));
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string Transaction(int index)
    {
        string time = TimeOf(index).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return $$"""{"id":"{{Ids[index]}}","cardId":"{{Card}}","amount":1,"time":"{{time}}"}""";
    }
}

public sealed class DecisionListTests(LocalGateway gateway, ManyDecisions many) : IClassFixture<ManyDecisions>
{
    private readonly Api _api = gateway.Api;

    private string Path => $"/v1/cards/{many.Card}/decisions";

    [Fact]
    public async Task ListsTheNewest50First_WhenNothingIsSaid()
    {
        var reply = (await _api.GetAsync(Path)).Expect(200);
        Assert.Equal(many.Ids.Reverse().Take(50), IdsOf(reply));
        Assert.NotEqual("", reply.Member("next"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(25)]
    [InlineData(50)]
    [InlineData(64)]
    [InlineData(249)]
    [InlineData(250)]
    [InlineData(500)]
    public async Task ListsEachExactlyOnce_WhenPagedBy(int limit)
    {
        var seen = new List<string?>();
        string? cursor = null;
        do
        {
            var page = (await _api.GetAsync($"{Path}?limit={limit}{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}")).Expect(200);
            Assert.InRange(IdsOf(page).Count(), 0, limit);
            seen.AddRange(IdsOf(page));
            cursor = page.Json.GetProperty("next").GetString();
            Assert.True(seen.Count <= ManyDecisions.Count, $"Limit {limit}: {seen.Count} decisions listed and still more at {cursor}");
        }
        while (cursor is not null);
        Assert.Equal(many.Ids.Reverse(), seen);
    }

    [Fact]
    public async Task ShowsANullNext_WhenThereIsNoMore() =>
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await _api.GetAsync($"{Path}?limit=500")).Expect(200).Json.GetProperty("next").ValueKind);

    [Theory]
    [InlineData("0")]
    [InlineData("501")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("many")]
    [InlineData("")]
    [InlineData("99999999999")]
    public async Task RefusesWith400_WhenLimitIs(string limit) =>
        (await _api.GetAsync($"{Path}?limit={limit}")).Expect(400, "invalid-limit");

    [Theory]
    [InlineData("cursor=nonsense")]
    [InlineData("cursor=2026-11-22T10:00:00Z")]
    [InlineData("cursor=decisions:0:5")]
    [InlineData("cursor=transactions:0:-5")]
    [InlineData("before=yesterday")]
    [InlineData("before=10/11")]
    [InlineData("before=2026-11-22")]
    [InlineData("before=2026-11-22T10:00:00")]
    public async Task RefusesWith400_WhenTheStartIs(string query) => (await _api.GetAsync($"{Path}?{query}")).Expect(400, "invalid-cursor");

    [Theory]
    [InlineData("2026-11-22T00:10:00Z")]
    [InlineData("2026-11-22T00:10:00.000Z")]
    [InlineData("2026-11-22T01:10:00%2B01:00")]
    [InlineData("2026-11-22T01:10:00+01:00")]
    public async Task ListsWhatHappenedEarlier_WhenBeforeIsTheTime(string time) =>
        Assert.Equal(many.Ids[..10].Reverse(), IdsOf((await _api.GetAsync($"{Path}?before={time}")).Expect(200)));

    [Fact]
    public async Task ListsEachExactlyOnce_WhenATimeIsPagedBy()
    {
        var seen = new List<string?>();
        string? next = "";
        while (next is not null)
        {
            var page = (await _api.GetAsync($"{Path}?before=2026-11-22T02:30:00Z&limit=40&cursor={next}")).Expect(200);
            seen.AddRange(IdsOf(page));
            next = page.Json.GetProperty("next").GetString();
        }
        Assert.Equal(many.Ids[..150].Reverse(), seen);
    }

    [Fact]
    public async Task ListsOlderOnes_WhenBeforeIsAPosition()
    {
        var page = (await _api.GetAsync($"{Path}?limit=1&cursor=")).Expect(200);
        string newest = page.Json.GetProperty("items")[0].GetProperty("position").GetString()!;
        Assert.Equal(many.Ids[^2], IdsOf((await _api.GetAsync($"{Path}?limit=1&before={newest}")).Expect(200)).Single());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(120)]
    [InlineData(249)]
    public async Task FindsTheDecision_WhenAskedByTransaction(int index)
    {
        var decision = (await _api.GetAsync($"{Path}/{many.Ids[index]}")).Expect(200);
        Assert.Equal(many.Ids[index], decision.Member("transactionId"));
        Assert.Equal(ManyDecisions.TimeOf(index), decision.Json.GetProperty("time").GetDateTimeOffset());
    }

    [Fact]
    public async Task ShowsTheSameDecision_WhenAskedInThreeWays()
    {
        string card = Given.Card();
        var waited = await _api.DecideAsync(Given.Transaction(card, "tx-same"));
        var found = await _api.GetAsync($"/v1/cards/{card}/decisions/tx-same");
        var listed = await _api.GetAsync($"/v1/cards/{card}/decisions");
        Assert.Equal(waited.Text, found.Text);
        Assert.Equal(waited.Text, listed.Json.GetProperty("items")[0].GetRawText());
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("%F0%9F%92%B3")]
    [InlineData("a%2Fb")]
    public async Task Answers404_WhenNoTransactionHasTheId(string id) =>
        (await _api.GetAsync($"{Path}/{id}")).Expect(404, "decision-not-found");

    [Theory]
    [InlineData("a/b")]
    [InlineData("a%2Fb")]
    [InlineData("50 % off? #1 & more")]
    [InlineData("käse 💳")]
    [InlineData("../x")]
    [InlineData("a+b")]
    public async Task FindsTheDecision_WhenATransactionsIdIs(string id)
    {
        string card = Given.Card();
        await _api.DecideAsync(Given.Transaction(card, id));
        Assert.Equal(id, (await _api.GetAsync($"/v1/cards/{card}/decisions/{Uri.EscapeDataString(id)}")).Expect(200).Member("transactionId"));
    }

    private static IEnumerable<string?> IdsOf(Reply page) =>
        page.Json.GetProperty("items").EnumerateArray().Select(d => d.GetProperty("transactionId").GetString());
}
