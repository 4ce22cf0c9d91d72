using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Transactions;

public sealed class DuplicateTests(LocalGateway gateway)
{
    private readonly Api _api = gateway.Api;

    [Fact]
    public async Task AnswersDuplicateWithTheFirstPosition_WhenACardsIdComesAgain()
    {
        string body = Given.Transaction();
        var first = (await _api.PostAsync(body)).Expect(202);
        var second = (await _api.PostAsync(body)).Expect(202);
        Assert.Equal(("duplicate", first.Position), (second.Member("status"), second.Position));
    }

    [Fact]
    public async Task ChangesNothing_WhenACardsIdComesAgain()
    {
        string card = Given.Card(), body = Given.Transaction(card);
        await _api.DecideAsync(body);
        var before = await _api.GetAsync($"/v1/cards/{card}");
        await _api.DecideAsync(body);
        Assert.Equal(before.Text, (await _api.GetAsync($"/v1/cards/{card}")).Text);
    }

    [Fact]
    public async Task AcceptsTheRecord_WhenAnotherCardHasUsedItsId()
    {
        string id = Given.Id("tx");
        (await _api.PostAsync(Given.Transaction(id: id))).Expect(202);
        Assert.Equal("accepted", (await _api.PostAsync(Given.Transaction(id: id))).Expect(202).Member("status"));
    }

    [Fact]
    public async Task CountsTheRecordOnce_WhenOneBatchHasItTwice()
    {
        string card = Given.Card(), body = Given.Transaction(card);
        var reply = (await _api.PostAsync(Given.Array(body, body, Given.Transaction(card)))).Expect(200);
        Assert.Equal("accepted,duplicate,accepted", reply.Outcomes);
        Assert.Equal(reply.Results[0].GetProperty("position").GetString(), reply.Results[1].GetProperty("position").GetString());
        Assert.Equal(2, await _api.DecisionCountAsync(card, reply.Results[2].GetProperty("position").GetString()!));
    }

    [Fact]
    public async Task AcceptsOneOfThem_WhenTheSameRecordComesManyTimesAtOnce()
    {
        string card = Given.Card(), body = Given.Transaction(card);
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _api.PostAsync(body)));
        Assert.Single(replies, r => r.Expect(202).Member("status") == "accepted");
        Assert.Single(replies.Select(r => r.Position).Distinct());
        Assert.Equal(1, await _api.DecisionCountAsync(card, replies[0].Position));
    }

    [Fact]
    public async Task AnswersTheOriginalDecision_WhenADuplicateWaits()
    {
        string card = Given.Card(), id = Given.Id("tx");
        var first = await _api.DecideAsync(Given.Transaction(card, id));
        var second = await _api.DecideAsync($$"""{"id":"{{id}}","cardId":"{{card}}","amount":999999999}""");
        Assert.Equal(first.Text, second.Text);
    }

    [Fact]
    public async Task AnswersTheOriginalDecision_WhenItHasLongLeftTheCore()
    {
        string card = Given.Card(), id = Given.Id("tx");
        var first = await _api.DecideAsync(Given.Transaction(card, id));
        (await _api.PostAsync(Given.Array(Enumerable.Range(0, 60).Select(_ => Given.Transaction(card))))).Expect(200);
        await _api.DecideAsync(Given.Transaction(card));
        Assert.Equal(first.Text, (await _api.DecideAsync(Given.Transaction(card, id))).Text);
    }
}
