using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Transactions;

public sealed class BatchTests(LocalGateway gateway)
{
    private const string Bad = """{"cardId":"card-of-nobody","amount":-1}""";
    private readonly Api _api = gateway.Api;

    [Fact]
    public async Task AnswersOneResultPerRecordInOrder_WhenAnArrayIsAccepted()
    {
        string[] ids = [.. Enumerable.Range(0, 50).Select(_ => Given.Id("tx"))];
        var reply = (await _api.PostAsync(Given.Array(ids.Select(id => Given.Transaction(id: id))))).Expect(200);
        Assert.Equal(ids, reply.Results.Select(r => r.GetProperty("id").GetString()));
        Assert.Equal((50, 0), (reply.Json.GetProperty("accepted").GetInt32(), reply.Json.GetProperty("rejected").GetInt32()));
        Assert.All(reply.Results, r => Assert.StartsWith("transactions:", r.GetProperty("position").GetString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{0}\n{1}\n")]
    [InlineData("{0}\n{1}")]
    [InlineData("{0}\r\n{1}\r\n")]
    [InlineData("\n\n{0}\n \t\r\n\n{1}\n\n")]
    [InlineData("\uFEFF{0}\n{1}\n")]
    public async Task ReadsEachLine_WhenNdjsonLooksLike(string layout)
    {
        string body = layout.Replace("{0}", Given.Transaction(), StringComparison.Ordinal).Replace("{1}", Given.Transaction(), StringComparison.Ordinal);
        Assert.Equal("accepted,accepted", (await _api.PostAsync(body, Api.Ndjson)).Expect(200).Outcomes);
    }

    [Theory]
    [InlineData("application/ndjson")]
    [InlineData("application/x-ndjson; charset=utf-8")]
    [InlineData("application/jsonl")]
    public async Task ReadsLines_WhenContentTypeIs(string contentType) =>
        Assert.Equal("accepted,accepted", (await _api.PostAsync($"{Given.Transaction()}\n{Given.Transaction()}", contentType)).Expect(200).Outcomes);

    [Fact]
    public async Task AnswersABatch_WhenTheArrayHasOneRecord() =>
        Assert.Equal("accepted", (await _api.PostAsync(Given.Array(Given.Transaction()))).Expect(200).Outcomes);

    [Fact]
    public async Task AnswersABatch_WhenNdjsonHasOneLine() =>
        Assert.Equal("accepted", (await _api.PostAsync(Given.Transaction(), Api.Ndjson)).Expect(200).Outcomes);

    [Theory]
    [InlineData("[]")]
    [InlineData(" [ \r\n ] ")]
    public async Task AnswersAnEmptyBatch_WhenTheArrayIsEmpty(string body) =>
        Assert.Empty((await _api.PostAsync(body)).Expect(200).Results);

    [Theory]
    [InlineData("", Api.Json)]
    [InlineData("  \n", Api.Json)]
    [InlineData("", Api.Ndjson)]
    [InlineData("\r\n \n\n", Api.Ndjson)]
    [InlineData("\uFEFF", Api.Json)]
    public async Task RefusesWith400_WhenTheBodyIsBlank(string body, string contentType) =>
        (await _api.PostAsync(body, contentType)).Expect(400, "empty-body");

    [Fact]
    public async Task Answers207_WhenSomeAreAccepted()
    {
        var reply = (await _api.PostAsync(Given.Array(Given.Transaction(), Bad))).Expect(207);
        Assert.Equal("accepted,rejected:amount-negative", reply.Outcomes);
        Assert.Equal((1, 1), (reply.Json.GetProperty("accepted").GetInt32(), reply.Json.GetProperty("rejected").GetInt32()));
    }

    [Fact]
    public async Task Answers422WithErrorsAndResults_WhenNoneIsAccepted()
    {
        var reply = (await _api.PostAsync(Given.Array(Bad, Bad))).Expect(422, "no-record-accepted");
        Assert.Equal("rejected:amount-negative,rejected:amount-negative", reply.Outcomes);
        Assert.Equal([0, 1], reply.Json.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("index").GetInt32()));
        Assert.All(reply.Json.GetProperty("errors").EnumerateArray(), e => Assert.Equal("amount-negative", e.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task NamesTheRecord_WhenARejectedOneHasAnId()
    {
        string id = Given.Id("tx");
        var reply = (await _api.PostAsync(Given.Array(Given.Transaction(), $$"""{"id":"{{id}}","amount":1}"""))).Expect(207);
        Assert.Equal(id, reply.Results[1].GetProperty("id").GetString());
        Assert.Contains("cardId", reply.Results[1].GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DecidesInInputOrder_WhenABatchHasOneCardTwice()
    {
        string card = Given.Card();
        var reply = (await _api.PostAsync(Given.Array(new[] { "a", "b", "c" }.Select(id => Given.Transaction(card, id))))).Expect(200);
        string last = reply.Results[2].GetProperty("position").GetString()!;
        var list = (await _api.GetAsync($"/v1/cards/{card}/decisions", ("Min-Position", last))).Expect(200);
        Assert.Equal(["c", "b", "a"], list.Json.GetProperty("items").EnumerateArray().Select(d => d.GetProperty("transactionId").GetString()));
    }
}
