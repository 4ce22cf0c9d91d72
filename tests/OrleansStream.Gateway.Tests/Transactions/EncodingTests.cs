using System.IO.Compression;
using System.Text;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Transactions;

public sealed class EncodingTests(LocalGateway gateway)
{
    private readonly Api _api = gateway.Api;

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("GZIP")]
    [InlineData("identity")]
    public async Task ReadsTheBody_WhenItIsEncodedAs(string encoding) =>
        (await _api.PostAsync(Encode(encoding, Given.Transaction()), encoding: encoding)).Expect(202);

    [Fact]
    public async Task ReadsTheBody_WhenAByteOrderMarkIsCompressed() =>
        (await _api.PostAsync(Encode("gzip", "\uFEFF" + Given.Transaction()), encoding: "gzip")).Expect(202);

    [Theory]
    [InlineData("deflate")]
    [InlineData("zstd")]
    [InlineData("gzip, br")]
    public async Task RefusesWith415_WhenTheEncodingIs(string encoding) =>
        (await _api.PostAsync(Encoding.UTF8.GetBytes(Given.Transaction()), encoding: encoding)).Expect(415, "unsupported-encoding");

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task RefusesWith400_WhenTheBodyIsPlainButSays(string encoding) =>
        (await _api.PostAsync(Encoding.UTF8.GetBytes(Given.Transaction()), encoding: encoding)).Expect(400, "invalid-encoding");

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task RefusesWith400_WhenTheStreamIsCutIn(string encoding)
    {
        byte[] whole = Encode(encoding, Given.Array(Enumerable.Range(0, 200).Select(_ => Given.Transaction())));
        (await _api.PostAsync(whole[..(whole.Length / 2)], encoding: encoding)).Expect(400);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task RefusesWith413_WhenASmallBodyUnpacksBeyond50MiBWith(string encoding)
    {
        byte[] bomb = Encode(encoding, new string(' ', (50 << 20) + 1));
        Assert.True(bomb.Length < 5 << 20);
        (await _api.PostAsync(bomb, encoding: encoding)).Expect(413, "body-too-large");
    }

    [Fact]
    public async Task ReadsTheBody_WhenItUnpacksToMoreThanMayBeSent()
    {
        string body = Given.Transaction() + new string('\n', 6 << 20) + Given.Transaction();
        Assert.Equal("accepted,accepted", (await _api.PostAsync(Encode("gzip", body), Api.Ndjson, encoding: "gzip")).Expect(200).Outcomes);
    }

    private static byte[] Encode(string encoding, string text)
    {
        byte[] plain = Encoding.UTF8.GetBytes(text);
        var target = new MemoryStream();
        using (Stream encoder = encoding.ToLowerInvariant() switch
        {
            "gzip" => new GZipStream(target, CompressionLevel.Fastest),
            "br" => new BrotliStream(target, CompressionLevel.Fastest),
            _ => new BufferedStream(target),
        })
            encoder.Write(plain);
        return target.ToArray();
    }
}
