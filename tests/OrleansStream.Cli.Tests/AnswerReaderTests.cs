using System.Net;
using System.Text;
using OrleansStream.Cli.Sending.Delivery;

namespace OrleansStream.Cli.Tests;

public sealed class AnswerReaderTests
{
    [Theory]
    [InlineData("""{"id":"a","position":"transactions:0:1"}""", "Accepted")]
    [InlineData("""{"id":"a","position":"transactions:0:1","status":"duplicate"}""", "Duplicate")]
    public void RecordIsSettled_WhenABatchOfOneIsAnsweredAsOne(string body, string status)
    {
        var answer = Assert.IsType<IngestAnswer.Settled>(Read(HttpStatusCode.Accepted, body, records: 1));
        Assert.Equal(status, Assert.Single(answer.Records).Status.ToString());
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.UnprocessableEntity)]
    public void RecordIsRejected_WhenAProblemNamesIt(HttpStatusCode status)
    {
        var body = """{"title":"invalid","status":400,"errors":[{"index":0,"id":"a","code":"amount-missing","detail":"d"},{"index":0,"code":"other"}]}""";
        var answer = Assert.IsType<IngestAnswer.Settled>(Read(status, body, records: 1));
        Assert.Equal("amount-missing", Assert.Single(answer.Records).Rejection!.Code);
    }

    [Fact]
    public void BatchIsRefused_WhenAProblemNamesOnlySome() =>
        Assert.IsType<IngestAnswer.Refused>(Read(HttpStatusCode.BadRequest, """{"errors":[{"index":0,"code":"c"}]}""", records: 2));

    [Theory]
    [InlineData("""{"results":[{"index":0,"id":"a","status":"accepted"}]}""")]
    [InlineData("""{"results":[{"index":0,"id":"a","status":"accepted"},{"index":0,"id":"b","status":"accepted"}]}""")]
    [InlineData("""{"results":[{"index":0,"id":"a","status":"accepted"},{"index":7,"id":"b","status":"accepted"}]}""")]
    [InlineData("""{"results":[{"index":0,"id":"a","status":"accepted"},{"index":1,"id":"b","status":"perhaps"}]}""")]
    [InlineData("<html>hello</html>")]
    public void BatchIsRefused_WhenNotEveryRecordIsAnswered(string body)
    {
        var answer = Assert.IsType<IngestAnswer.Refused>(Read(HttpStatusCode.OK, body, records: 2));
        Assert.Contains("does not name every record", answer.Reason, StringComparison.Ordinal);
    }

    private static IngestAnswer Read(HttpStatusCode status, string body, int records)
    {
        using var response = new HttpResponseMessage(status);
        return AnswerReader.Read(response, Encoding.UTF8.GetBytes(body), records, DateTimeOffset.UnixEpoch);
    }
}
