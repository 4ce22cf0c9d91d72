using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Transactions;

public sealed class SingleTransactionTests(LocalGateway gateway)
{
    private readonly Api _api = gateway.Api;

    [Fact]
    public async Task AnswersIdAndPosition_WhenOneObjectIsAccepted()
    {
        string id = Given.Id("tx");
        var reply = (await _api.PostAsync(Given.Transaction(id: id))).Expect(202);
        Assert.Equal(id, reply.Member("id"));
        Assert.Matches(@"^transactions:\d+:\d+$", reply.Position);
    }

    [Fact]
    public async Task AssignsAnId_WhenTheRecordHasNone()
    {
        string card = Given.Card();
        var first = (await _api.PostAsync($$"""{"cardId":"{{card}}","amount":1}""")).Expect(202);
        var second = (await _api.PostAsync($$"""{"cardId":"{{card}}","amount":1}""")).Expect(202);
        Assert.NotEmpty(first.Member("id"));
        Assert.NotEqual(first.Member("id"), second.Member("id"));
    }

    [Fact]
    public async Task DecidesUnderTheAssignedId_WhenTheRecordHasNone()
    {
        string card = Given.Card();
        var reply = (await _api.PostAsync($$"""{"cardId":"{{card}}","amount":1}""")).Expect(202);
        var decision = (await _api.GetAsync($"/v1/cards/{card}/decisions/{reply.Member("id")}", ("Min-Position", reply.Position))).Expect(200);
        Assert.Equal(reply.Member("id"), decision.Member("transactionId"));
    }

    [Fact]
    public async Task AssignsTheServersTime_WhenTheRecordHasNone()
    {
        var before = TimeProvider.System.GetUtcNow();
        var decision = await _api.DecideAsync($$"""{"cardId":"{{Given.Card()}}","amount":1}""");
        Assert.InRange(decision.Json.GetProperty("time").GetDateTimeOffset(), before.AddSeconds(-1), TimeProvider.System.GetUtcNow().AddSeconds(1));
    }

    [Fact]
    public async Task AcceptsEveryFieldOfTheContract_WhenAllAreSent()
    {
        string body = $$"""
            {"id":"{{Given.Id("tx")}}","cardId":"{{Given.Card()}}","amount":129.95,"currency":"EUR","time":"2026-11-22T10:00:00Z",
             "merchant":{"id":"m-7","name":"Shoe Palace","category":"5661","country":"IN","terminalId":"t-1"},
             "location":{"lat":28.61,"lon":77.21,"country":"IN","accuracyM":12.5},
             "deviceId":"dev-1","ip":"203.0.113.9","channel":"pos","userId":"u-1",
             "card":{"issuerCountry":"DE"},"authorization":"approved"}
            """;
        (await _api.PostAsync(body)).Expect(202);
    }

    [Fact]
    public async Task IgnoresFieldsItDoesNotKnow_WhenTheRecordHasSome() =>
        (await _api.PostAsync(Given.Transaction(more: ""","unknown":{"a":[1,{"b":null}]},"x":1e999"""))).Expect(202);

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=\"UTF-8\"")]
    [InlineData("APPLICATION/JSON")]
    public async Task ReadsJson_WhenContentTypeIs(string? contentType) =>
        (await _api.PostAsync(Given.Transaction(), contentType)).Expect(202);

    [Theory]
    [InlineData("text/xml", "unsupported-content-type")]
    [InlineData("application/octet-stream", "unsupported-content-type")]
    [InlineData("nonsense", "unsupported-content-type")]
    [InlineData("application/json; charset=utf-16", "unsupported-charset")]
    public async Task RefusesWith415_WhenContentTypeIs(string contentType, string code) =>
        (await _api.PostAsync(Given.Transaction(), contentType)).Expect(415, code);

    [Fact]
    public async Task ReadsTheRecord_WhenTheBodyStartsWithAByteOrderMark() =>
        (await _api.PostAsync("\uFEFF" + Given.Transaction())).Expect(202);

    [Fact]
    public async Task ReadsTheRecord_WhenWhiteSpaceIsAroundIt() =>
        (await _api.PostAsync("\r\n\t " + Given.Transaction() + " \r\n")).Expect(202);

    [Fact]
    public async Task AnswersCompressed_WhenTheClientTakesGzip()
    {
        string card = Given.Card();
        await _api.DecideAsync(Given.Transaction(card));
        Assert.Equal("gzip", (await _api.GetAsync($"/v1/cards/{card}", ("Accept-Encoding", "gzip"))).Expect(200).Header("Content-Encoding"));
    }
}
