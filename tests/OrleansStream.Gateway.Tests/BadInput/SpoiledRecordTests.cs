using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.BadInput;

/// <summary>A bad record spoils only itself.</summary>
public sealed class SpoiledRecordTests(LocalGateway gateway)
{
    private readonly Api _api = gateway.Api;

    public static TheoryData<string, string> Spoiled => new()
    {
        { "{\"cardId\":\"c\",\"amount\":NaN}", "malformed-json" },
        { "NaN", "malformed-json" },
        { "nonsense", "malformed-json" },
        { "{\"cardId\":\"c\",\"amount\":1]", "malformed-json" },
        { "{'cardId':'c'}", "malformed-json" },
        { "{\"cardId\":\"c\",\"amount\":1}/*x*/", "malformed-json" },
        { "{\"cardId\":\"c\",\"amount\":1}\0", "malformed-json" },
        { "null", "not-an-object" },
        { "[]", "not-an-object" },
        { "[{\"cardId\":\"c\",\"amount\":1}]", "not-an-object" },
        { "\"a, b ] }\"", "not-an-object" },
        { "{}", "missing-field" },
        { "{\"cardId\":\"c\",\"amount\":-1}", "amount-negative" },
        { "{\"cardId\":\"c\",\"amount\":\"1\"}", "invalid-type" },
        { "{\"cardId\":\"4111111111111111\",\"amount\":1}", "pan-not-allowed" },
        { Given.Nested(33), "depth-exceeded" },
        { Given.Nested(10_000), "depth-exceeded" },
    };

    [Theory]
    [MemberData(nameof(Spoiled))]
    public async Task AcceptsTheOthers_WhenOneOfAnArrayIs(string record, string code)
    {
        string body = Given.Array(Given.Transaction(), record, Given.Transaction());
        Assert.Equal($"accepted,rejected:{code},accepted", (await _api.PostAsync(body)).Expect(207).Outcomes);
    }

    [Theory]
    [MemberData(nameof(Spoiled))]
    public async Task AcceptsTheOthers_WhenOneLineOfNdjsonIs(string record, string code)
    {
        string body = string.Join('\n', Given.Transaction(), record, Given.Transaction());
        Assert.Equal($"accepted,rejected:{code},accepted", (await _api.PostAsync(body, Api.Ndjson)).Expect(207).Outcomes);
    }

    [Theory]
    [InlineData("{\"cardId\":\"c", "malformed-json")]
    [InlineData("{\"cardId\":", "malformed-json")]
    [InlineData("}}}]]]", "malformed-json")]
    [InlineData("[[[[", "not-an-object")]
    public async Task AcceptsTheOtherLines_WhenBracketsOfOneDoNotMatch(string line, string code)
    {
        string body = string.Join('\n', Given.Transaction(), line, Given.Transaction());
        Assert.Equal($"accepted,rejected:{code},accepted", (await _api.PostAsync(body, Api.Ndjson)).Expect(207).Outcomes);
    }

    [Theory]
    [InlineData(Api.Json)]
    [InlineData(Api.Ndjson)]
    public async Task AcceptsTheOthers_WhenOneIsNotUtf8(string contentType)
    {
        byte[] good = System.Text.Encoding.UTF8.GetBytes(Given.Transaction()), bad = [.. "{\"cardId\":\""u8, 0xFF, .. "\"}"u8];
        byte[] body = contentType == Api.Json ? [(byte)'[', .. bad, (byte)',', .. good, (byte)']'] : [.. bad, (byte)'\n', .. good];
        Assert.Equal("rejected:invalid-utf8,accepted", (await _api.PostAsync(body, contentType)).Expect(207).Outcomes);
    }

    [Fact]
    public async Task RejectsTheGap_WhenAnArrayHasACommaTooMany()
    {
        var reply = (await _api.PostAsync($"[{Given.Transaction()},,{Given.Transaction()}]")).Expect(207);
        Assert.Equal("accepted,rejected:malformed-json,accepted", reply.Outcomes);
    }

    [Fact]
    public async Task DecidesExactlyTheGoodOnes_WhenManyOfABatchAreSpoiled()
    {
        string card = Given.Card();
        var records = Enumerable.Range(0, 300).Select(i => i % 3 == 1 ? "{\"cardId\":\"c\"}" : Given.Transaction(card));
        var reply = (await _api.PostAsync(Given.Array(records))).Expect(207);
        string last = reply.Results[299].GetProperty("position").GetString()!;
        Assert.Equal(200, await _api.DecisionCountAsync(card, last));
    }
}
