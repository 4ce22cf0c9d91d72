using System.Text.Json;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Decisions;

public sealed class DecisionStreamTests(LocalGateway gateway)
{
    private readonly Api _api = gateway.Api;

    [Fact]
    public async Task SendsTheDecisionAsTheQueriesShowIt_WhenOneIsMade()
    {
        string card = Given.Card();
        await using var stream = await EventReader.OpenAsync(_api, $"?cardId={card}");
        var decision = await _api.DecideAsync(Given.Transaction(card));
        var sent = await stream.NextAsync();
        Assert.Equal("decision", sent.EventType);
        Assert.False(string.IsNullOrEmpty(sent.EventId), "An event without id cannot be resumed from.");
        Assert.True(JsonElement.DeepEquals(decision.Json, JsonDocument.Parse(sent.Data).RootElement), $"{decision.Text}\n{sent.Data}");
    }

    [Fact]
    public async Task AnswersAsAnEventStream_WhenOpened()
    {
        await using var stream = await EventReader.OpenAsync(_api);
        Assert.Equal("text/event-stream", stream.Response.Content.Headers.ContentType?.MediaType);
        Assert.True(stream.Response.Headers.CacheControl?.NoCache);
    }

    [Fact]
    public async Task SendsOneCardsOnlyInOrder_WhenAskedForACard()
    {
        string card = Given.Card();
        await using var stream = await EventReader.OpenAsync(_api, $"?cardId={card}");
        var records = new[] { "a", "b", "c" }.SelectMany(id => new[] { Given.Transaction(), Given.Transaction(card, id) });
        (await _api.PostAsync(Given.Array(records))).Expect(200);
        var sent = new[] { await stream.NextAsync(), await stream.NextAsync(), await stream.NextAsync() };
        Assert.Equal(["a", "b", "c"], EventReader.Ids(sent));
    }

    [Fact]
    public async Task SendsTheOutcomeOnly_WhenAskedForOne()
    {
        string card = Given.Card();
        await using var stream = await EventReader.OpenAsync(_api, $"?outcome=decline&cardId={card}");
        await _api.DecideAsync(Given.Transaction(card, "delhi", ""","channel":"pos","location":{"lat":28.61,"lon":77.21}"""));
        await _api.DecideAsync(Given.Transaction(card, "new-york", ""","channel":"pos","location":{"lat":40.71,"lon":-74.01}"""));
        var sent = await stream.NextAsync();
        Assert.Equal(("new-york", "decline"), (EventReader.Member(sent, "transactionId"), EventReader.Member(sent, "outcome")));
    }

    [Fact]
    public async Task SendsEachOutcome_WhenAskedForSeveral()
    {
        string card = Given.Card();
        await using var stream = await EventReader.OpenAsync(_api, $"?outcome=decline,%20approve&cardId={card}");
        await _api.DecideAsync(Given.Transaction(card, "a"));
        Assert.Equal("a", EventReader.Member(await stream.NextAsync(), "transactionId"));
    }

    [Theory]
    [InlineData("maybe")]
    [InlineData("decline,maybe")]
    [InlineData("DECLINE")]
    public async Task RefusesWith400_WhenTheOutcomeIs(string outcome) =>
        (await _api.GetAsync($"/v1/decisions/stream?outcome={outcome}")).Expect(400, "invalid-outcome");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GoesOnWithoutLossOrDoubling_WhenResumed(bool byHeader)
    {
        // Several cards, so that the cursor stands in several partitions.
        string[] cards = [.. Enumerable.Range(0, 8).Select(_ => Given.Card())];
        string[] ids = [.. Enumerable.Range(0, 200).Select(i => FormattableString.Invariant($"tx-{i:d3}"))];
        string? last;
        await using (var first = await EventReader.OpenAsync(_api))
        {
            (await _api.PostAsync(Given.Array(ids.Take(100).Select((id, i) => Given.Transaction(cards[i % 8], id))))).Expect(200);
            var some = await first.TakeAsync(37, cards);
            last = some[^1].EventId;
            ids = [.. ids.Except(EventReader.Ids(some).OfType<string>())];
        }
        (await _api.PostAsync(Given.Array(Enumerable.Range(100, 100).Select(i => Given.Transaction(cards[i % 8], $"tx-{i:d3}"))))).Expect(200);
        await using var second = await (byHeader ? EventReader.OpenAsync(_api, lastEventId: last) : EventReader.OpenAsync(_api, $"?lastEventId={last}"));
        Assert.Equal(ids, EventReader.Ids(await second.TakeAsync(163, cards)).Order());
    }

    [Fact]
    public async Task KeepsEachCardsOrder_WhenResumedAtEveryEvent()
    {
        string card = Given.Card();
        string? last = null;
        await using (var first = await EventReader.OpenAsync(_api, $"?cardId={card}"))
        {
            (await _api.PostAsync(Given.Array(Enumerable.Range(0, 5).Select(i => Given.Transaction(card, $"tx-{i}"))))).Expect(200);
            last = (await first.NextAsync()).EventId;
        }
        for (int i = 1; i < 5; i++)
        {
            await using var stream = await EventReader.OpenAsync(_api, $"?cardId={card}", last);
            var next = await stream.NextAsync();
            Assert.Equal($"tx-{i}", EventReader.Member(next, "transactionId"));
            last = next.EventId;
        }
    }

    [Fact]
    public async Task SendsWhatWasBefore_WhenStartedAtTheEarliest()
    {
        string card = Given.Card();
        await _api.DecideAsync(Given.Transaction(card, "a"));
        await _api.DecideAsync(Given.Transaction(card, "b"));
        await using var stream = await EventReader.OpenAsync(_api, $"?lastEventId=earliest&cardId={card}");
        Assert.Equal(["a", "b"], EventReader.Ids([await stream.NextAsync(), await stream.NextAsync()]));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("1-0-0")]
    [InlineData("2-0-0-0-0")]
    [InlineData("1-0-0-0--1")]
    [InlineData("1-0-0-0-999999999999")]
    [InlineData("1-0-0-0-99999999999999999999999")]
    public async Task SendsResetAndGoesOnLive_WhenTheLastEventIdIs(string id)
    {
        string card = Given.Card();
        await using var stream = await EventReader.OpenAsync(_api, $"?cardId={card}", id);
        var reset = await stream.NextAsync();
        Assert.Equal("reset", reset.EventType);
        Assert.False(string.IsNullOrEmpty(reset.EventId), "A reset without id makes the client come back with the old one.");
        await _api.DecideAsync(Given.Transaction(card, "live"));
        Assert.Equal("live", EventReader.Member(await stream.NextAsync(), "transactionId"));
    }

    [Fact]
    public async Task SendsEveryDecisionToEach_WhenManyClientsListen()
    {
        string card = Given.Card();
        var streams = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => EventReader.OpenAsync(_api, $"?cardId={card}")));
        await _api.DecideAsync(Given.Transaction(card, "a"));
        foreach (var stream in streams)
        {
            Assert.Equal("a", EventReader.Member(await stream.NextAsync(), "transactionId"));
            await stream.DisposeAsync();
        }
    }
}
