using System.Text;
using OrleansStream.Gateway.Http;

namespace OrleansStream.Gateway.Tests.Http;

public sealed class JsonRecordsTests
{
    [Theory]
    [InlineData("[]", "")]
    [InlineData(" [ ] ", "")]
    [InlineData("[1]", "1")]
    [InlineData("[ 1 , 2 ]", "1|2")]
    [InlineData("[{\"a\":[1,2]},{\"b\":{}}]", "{\"a\":[1,2]}|{\"b\":{}}")]
    [InlineData("[\"a,b]\",\"}\\\"]\"]", "\"a,b]\"|\"}\\\"]\"")]
    [InlineData("[\"\\\\\",1]", "\"\\\\\"|1")]
    [InlineData("[1,]", "1|")]
    [InlineData("[,1]", "|1")]
    [InlineData("[NaN,{]]", "NaN|{]")]
    public void CutsAtTheOuterCommas_WhenAnArrayIs(string body, string pieces) =>
        Assert.Equal(pieces.Length == 0 ? [] : pieces.Split('|'), Texts(JsonRecords.SplitArray(Utf8(body), 10)));

    [Theory]
    [InlineData("[")]
    [InlineData("[1")]
    [InlineData("[1,")]
    [InlineData("[[1]")]
    [InlineData("[1}")]
    [InlineData("[1]]")]
    [InlineData("[1] 2")]
    [InlineData("[\"a]")]
    [InlineData("[\"a\\")]
    [InlineData("[\"a\\\"]")]
    public void RefusesTheRequest_WhenAnArrayIs(string body) =>
        Assert.Throws<RequestRejectedException>(() => JsonRecords.SplitArray(Utf8(body), 10));

    [Theory]
    [InlineData("", "")]
    [InlineData("\n\r\n \t\n", "")]
    [InlineData("1", "1")]
    [InlineData("1\n2\n", "1|2")]
    [InlineData(" 1 \r\n\r\n\t2", "1|2")]
    [InlineData("[1,2]\n{", "[1,2]|{")]
    public void CutsAtLineEnds_WhenLinesAre(string body, string pieces) =>
        Assert.Equal(pieces.Length == 0 ? [] : pieces.Split('|'), Texts(JsonRecords.SplitLines(Utf8(body), 10)));

    [Fact]
    public void TakesTheLimit_WhenThereAreAsManyRecords()
    {
        Assert.Equal(2, JsonRecords.SplitArray(Utf8("[1,2]"), 2).Count);
        Assert.Equal(2, JsonRecords.SplitLines(Utf8("1\n2\n\n"), 2).Count);
    }

    [Fact]
    public void RefusesTheRequest_WhenThereIsOneRecordMore()
    {
        Assert.Throws<RequestRejectedException>(() => JsonRecords.SplitArray(Utf8("[1,2,3]"), 2));
        Assert.Throws<RequestRejectedException>(() => JsonRecords.SplitLines(Utf8("1\n2\n3"), 2));
    }

    [Fact]
    public void SharesTheBody_WhenARecordIsCut()
    {
        var body = Utf8("[12]");
        Assert.True(body.Span.Slice(1, 2) == JsonRecords.SplitArray(body, 1)[0].Span);
    }

    private static ReadOnlyMemory<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static IEnumerable<string> Texts(IEnumerable<ReadOnlyMemory<byte>> pieces) =>
        pieces.Select(p => Encoding.UTF8.GetString(p.Span));
}
