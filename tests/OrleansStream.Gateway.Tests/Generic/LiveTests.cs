using OrleansStream.Gateway.Tests.Decisions;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Generic;

/// <summary>Several topics over one connection.</summary>
public sealed class LiveTests(AccountHost host) : IClassFixture<AccountHost>
{
    private readonly Api _movements = host.Api;

    [Fact]
    public async Task SendsEventsOfEachTopicUnderTheirNames_WhenSeveralAreAskedFor()
    {
        await using var stream = await EventReader.OpenAsync(_movements, "/v1/stream?topics=decisions,balances");
        await DecideAsync("tx-1");
        Assert.Equal("decision", (await stream.NextAsync()).EventType);
        await MoveAsync("m-1");
        Assert.Equal("balance", (await stream.NextAsync()).EventType);
    }

    [Fact]
    public async Task SendsOneTopicOnly_WhenOneIsAskedFor()
    {
        await using var stream = await EventReader.OpenAsync(_movements, "/v1/stream?topics=balances");
        await DecideAsync("tx-1");
        await MoveAsync("m-1");
        Assert.Equal("balance", (await stream.NextAsync()).EventType);
    }

    [Fact]
    public async Task GoesOnWithoutLossOrDoubling_WhenResumedInAnotherOrder()
    {
        string? last;
        await using (var first = await EventReader.OpenAsync(_movements, "/v1/stream?topics=decisions,balances"))
        {
            await DecideAsync("tx-1");
            last = (await first.NextAsync()).EventId;
        }
        await MoveAsync("m-1");
        await DecideAsync("tx-2");
        await using var second = await EventReader.OpenAsync(_movements, "/v1/stream?topics=balances,decisions", last);
        string?[] types = [(await second.NextAsync()).EventType, (await second.NextAsync()).EventType];
        Assert.Equal(["balance", "decision"], types.Order());
    }

    private static async Task<System.Net.ServerSentEvents.SseItem<string>> NextAsync(EventReader reader, string type)
    {
        while (true)
            if (await reader.NextAsync() is var next && next.EventType == type) return next;
    }

    [Fact]
    public async Task ResumesTheKnownTopic_WhenAnotherJoins()
    {
        string? last;
        await using (var first = await EventReader.OpenAsync(_movements, "/v1/stream?topics=balances"))
        {
            await MoveAsync("m-1");
            last = (await first.NextAsync()).EventId;
        }
        await DecideAsync("tx-before");
        await MoveAsync("m-2");
        await using var second = await EventReader.OpenAsync(_movements, "/v1/stream?topics=balances,decisions", last);
        Assert.Equal("m-2", EventReader.Member(await NextAsync(second, "balance"), "movementId"));
        await DecideAsync("tx-after");
        while (EventReader.Member(await NextAsync(second, "decision"), "transactionId") != "tx-after")
        {
            // A decision of before, published late, or another test's.
        }
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("2")]
    [InlineData("2~")]
    [InlineData("2~balances")]
    [InlineData("2~balances:0.999999999")]
    [InlineData("2~balances:0.0.0")]
    [InlineData("1-0-0")]
    public async Task SendsReset_WhenTheCursorIs(string cursor)
    {
        await using var stream = await EventReader.OpenAsync(_movements, "/v1/stream?topics=balances,decisions", cursor);
        Assert.Equal("reset", (await stream.NextAsync()).EventType);
        await MoveAsync("m-live");
        Assert.Equal("m-live", EventReader.Member(await stream.NextAsync(), "movementId"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?topics=")]
    [InlineData("?topics=,")]
    [InlineData("?topics=movements")]
    [InlineData("?topics=balances,dead-letters")]
    [InlineData("?topics=BALANCES")]
    public async Task RefusesWith400_WhenTopicsAre(string query) => (await _movements.GetAsync("/v1/stream" + query)).Expect(400, "unknown-topic");

    private async Task MoveAsync(string id) =>
        (await _movements.PostAsync($$"""{"id":"{{id}}","accountNumber":"{{Given.Id("live")}}","amount":1}""", prefer: "wait=20")).Expect(200);

    private async Task DecideAsync(string id)
    {
        using var cards = new Api(host.Http.BaseAddress!);
        await cards.DecideAsync(Given.Transaction(id: id));
    }
}
