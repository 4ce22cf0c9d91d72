using System.Text;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.BadInput;

public sealed class MalformedBodyTests(LocalGateway gateway)
{
    private readonly Api _api = gateway.Api;

    [Theory]
    [InlineData("""{"cardId":"c","amount":1""")]
    [InlineData("""{"cardId":"c","amount":""")]
    [InlineData("""{"cardId":"c""")]
    [InlineData("{")]
    [InlineData("""{"cardId":"c","amount":1} x""")]
    [InlineData("""{"cardId":"c","amount":1}{"cardId":"c","amount":1}""")]
    [InlineData("""{"cardId":"c","amount":1},""")]
    [InlineData("""{"cardId":"c","amount":1,}""")]
    [InlineData("""{"cardId":"c","amount":NaN}""")]
    [InlineData("""{"cardId":"c","amount":-Infinity}""")]
    [InlineData("""{"cardId":"c","amount":01}""")]
    [InlineData("""{"cardId":"c","amount":+1}""")]
    [InlineData("""{"cardId":"c","amount":.5}""")]
    [InlineData("""{'cardId':'c','amount':1}""")]
    [InlineData("""{cardId:"c",amount:1}""")]
    [InlineData("""{"cardId":"c","amount":1/*one*/}""")]
    [InlineData("// a card\n{\"cardId\":\"c\",\"amount\":1}")]
    [InlineData("{\"cardId\":\"c\0\",\"amount\":1}")]
    [InlineData("{\"cardId\":\"c\",\"amount\":1}\0")]
    [InlineData("\0")]
    [InlineData("{\"cardId\":\"a\nb\",\"amount\":1}")]
    [InlineData("""{"cardId":"c","id":"\ud800","amount":1}""")]
    [InlineData("""{"cardId":"\x","amount":1}""")]
    [InlineData("nonsense")]
    [InlineData("}")]
    [InlineData("cardId=c&amount=1")]
    public async Task AnswersMalformedJson_WhenTheBodyIs(string body)
    {
        var reply = await _api.PostAsync(body);
        Assert.True(reply.Status is 400 or 422, $"{reply.Status}: {reply.Text}");
        reply.Expect(reply.Status, "malformed-json");
        Assert.Equal(0, reply.Error.GetProperty("index").GetInt32());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("42")]
    [InlineData("\"text\"")]
    public async Task AnswersNotAnObject_WhenTheBodyIs(string body) => (await _api.PostAsync(body)).Expect(400, "not-an-object");

    [Theory]
    [InlineData(new byte[] { 0xC3, 0x28 })]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    public async Task AnswersInvalidUtf8_WhenATextHasTheBytes(byte[] bytes)
    {
        byte[] body = [.. "{\"cardId\":\"c\",\"amount\":1,\"userId\":\""u8, .. bytes, .. "\"}"u8];
        (await _api.PostAsync(body)).Expect(400, "invalid-utf8");
    }

    [Fact]
    public async Task AnswersAProblem_WhenTheBodyIsUtf16() =>
        (await _api.PostAsync(Encoding.Unicode.GetBytes(Given.Transaction()))).Expect(400);

    [Theory]
    [InlineData(33)]
    [InlineData(10_000)]
    public async Task AnswersDepthExceeded_WhenAnUnknownFieldIsNestedTo(int depth) =>
        (await _api.PostAsync(Given.Transaction(more: $",\"x\":{Given.Nested(depth - 1)}"))).Expect(400, "depth-exceeded");

    [Fact]
    public async Task Accepts_WhenARecordIsNestedTo32() =>
        (await _api.PostAsync(Given.Transaction(more: $",\"x\":{Given.Nested(31)}"))).Expect(202);

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public async Task AnswersAProblem_WhenTheBodyIsNothingButOpeningBrackets(char bracket) =>
        Assert.Equal(400, (await _api.PostAsync(new string(bracket, 60_000))).Status);

    [Theory]
    [InlineData("[{0}")]
    [InlineData("[{0},")]
    [InlineData("[{0}]]")]
    [InlineData("[{0}] x")]
    [InlineData("[{0}}]")]
    [InlineData("[{0},{\"cardId\":\"c]")]
    [InlineData("[{0}],[{0}]")]
    public async Task TakesNothing_WhenTheArraysStructureIsBroken(string layout)
    {
        string card = Given.Card();
        (await _api.PostAsync(layout.Replace("{0}", Given.Transaction(card), StringComparison.Ordinal))).Expect(400, "malformed-json");
        (await _api.GetAsync($"/v1/cards/{card}")).Expect(404, "card-not-found");
    }
}
