using System.Text;
using CsCheck;
using OrleansStream.Domain.Conversations.Messages;

namespace OrleansStream.Domain.Tests.Conversations;

public sealed class MessageReaderTests
{
    [Theory]
    [InlineData("""{"role":"user","content":"hi"}""", "")]
    [InlineData("""{"role":"tool","content":"hi","conversationId":"c","id":"m","time":"2026-11-22T12:00:00+01:00","other":[1]}""", "")]
    [InlineData("""{"content":"hi"}""", "missing-field")]
    [InlineData("""{"role":"user"}""", "missing-field")]
    [InlineData("""{"role":"user","content":""}""", "missing-field")]
    [InlineData("""{"role":"robot","content":"hi"}""", "invalid-role")]
    [InlineData("""{"role":"user","content":7}""", "invalid-type")]
    [InlineData("""{"role":"user","content":"hi","time":"noon"}""", "invalid-time")]
    [InlineData("""{"role":"user","content":"hi","time":"2036-11-22T12:00:00Z"}""", "time-in-future")]
    [InlineData("""{"role":"user","content":"hi","id":"a\u0001"}""", "invalid-id")]
    [InlineData("""{"role":"user","content":"hi","conversationId":"\u0001"}""", "invalid-conversation-id")]
    [InlineData("""{"role":"user","content":"\ud800"}""", "malformed-json")]
    [InlineData("[]", "not-an-object")]
    [InlineData("{", "malformed-json")]
    public void SaysWhatIsWrong(string json, string code)
    {
        var read = Read(Encoding.UTF8.GetBytes(json));
        Assert.Equal(code, read.Errors.IsEmpty ? "" : read.Errors[0].Code);
        Assert.Equal(code.Length == 0, read.Message is not null);
    }

    [Fact]
    public void NeedsAConversation() => Assert.Equal("missing-field", MessageReader.Read("""{"role":"user","content":"hi"}"""u8, null, "id", Talk.Noon, null).Errors[0].Code);

    [Fact]
    public void RefusesWhatIsTooLong() => Assert.Equal("field-too-long", Read(Encoding.UTF8.GetBytes($$"""{"role":"user","content":"{{new string('x', MessageReader.LongestContent + 1)}}"}""")).Errors[0].Code);

    [Fact]
    public void NeverThrows() => Gen.OneOf(Gen.Byte.Array[0, 60], Talk.OneOf("""{"role":"user","content":"hi","id":{}}""", """{"content":"hi","content":null,"role":"user"}""", new string('[', 100)).Select(Encoding.UTF8.GetBytes))
        .Sample(json => Assert.NotNull(Read(json)), iter: 20_000);

    private static MessageReading Read(ReadOnlySpan<byte> json) => MessageReader.Read(json, "c-1", "id", Talk.Noon, Talk.Noon);
}
