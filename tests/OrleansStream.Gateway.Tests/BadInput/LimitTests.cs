using System.Text;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.BadInput;

public sealed class LimitTests(LocalGateway gateway)
{
    private const int RecordLimit = 64 << 10;
    private const int BodyLimit = 5 << 20;
    private readonly Api _api = gateway.Api;

    [Theory]
    [InlineData(RecordLimit, 202)]
    [InlineData(RecordLimit + 1, 413)]
    public async Task Takes64KiB_WhenOneRecordIsLarge(int bytes, int status)
    {
        var reply = (await _api.PostAsync(Sized(bytes))).Expect(status);
        if (status == 413) reply.Expect(413, "record-too-large");
    }

    [Fact]
    public async Task CountsTheRecordOnly_WhenWhiteSpaceIsAroundIt() => (await _api.PostAsync(Sized(RecordLimit) + "\r\n")).Expect(202);

    [Theory]
    [InlineData(Api.Json)]
    [InlineData(Api.Ndjson)]
    public async Task RejectsOnlyTheLargeOne_WhenABatchHasOne(string contentType)
    {
        string[] records = [Given.Transaction(), Sized(RecordLimit + 1), Given.Transaction(), Sized(RecordLimit)];
        var reply = await _api.PostAsync(contentType == Api.Json ? Given.Array(records) : string.Join('\n', records), contentType);
        Assert.Equal("accepted,rejected:record-too-large,accepted,accepted", reply.Expect(207).Outcomes);
    }

    [Fact]
    public async Task Takes5MiB_WhenABodyIsLarge() =>
        Assert.Equal("accepted,accepted", (await _api.PostAsync(Body(BodyLimit), Api.Ndjson)).Expect(200).Outcomes);

    [Fact]
    public async Task RefusesWith413_WhenABodyIsOneByteLarger() =>
        (await _api.PostAsync(Body(BodyLimit + 1), Api.Ndjson)).Expect(413, "body-too-large");

    [Fact]
    public async Task RefusesWith413_WhenALargerBodyComesInChunks() =>
        (await _api.PostAsync(Api.Chunked(Body(BodyLimit + 1)))).Expect(413, "body-too-large");

    [Fact]
    public async Task ReadsTheBody_WhenItComesInChunks() =>
        (await _api.PostAsync(Api.Chunked(Encoding.UTF8.GetBytes(Given.Transaction())))).Expect(202);

    [Theory]
    [InlineData(Api.Json)]
    [InlineData(Api.Ndjson)]
    public async Task Takes10000Records_WhenABatchIsLarge(string contentType)
    {
        var reply = (await _api.PostAsync(Batch(10_000, contentType), contentType)).Expect(200);
        Assert.Equal((10_000, 0), (reply.Json.GetProperty("accepted").GetInt32(), reply.Json.GetProperty("rejected").GetInt32()));
    }

    [Theory]
    [InlineData(Api.Json)]
    [InlineData(Api.Ndjson)]
    public async Task TakesNone_WhenABatchHasOneRecordMore(string contentType)
    {
        string card = Given.Card();
        (await _api.PostAsync(Batch(10_001, contentType, card), contentType)).Expect(413, "too-many-records");
        (await _api.GetAsync($"/v1/cards/{card}")).Expect(404);
    }

    private static string Batch(int count, string contentType, string? card = null)
    {
        card ??= Given.Card();
        var records = Enumerable.Range(0, count).Select(i => FormattableString.Invariant($$"""{"cardId":"{{card}}-{{i % 97}}","amount":{{i}}}"""));
        return contentType == Api.Json ? Given.Array(records) : string.Join('\n', records);
    }

    private static string Sized(int bytes)
    {
        string empty = Given.Transaction(more: ",\"note\":\"\"");
        return empty[..^2] + new string('n', bytes - empty.Length) + "\"}";
    }

    private static byte[] Body(int bytes)
    {
        string first = Given.Transaction(), second = Given.Transaction();
        return Encoding.UTF8.GetBytes(first + new string('\n', bytes - first.Length - second.Length) + second);
    }
}
