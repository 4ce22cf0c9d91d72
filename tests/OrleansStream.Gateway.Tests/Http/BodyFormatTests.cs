using Microsoft.AspNetCore.Http;
using OrleansStream.Gateway.Http;

namespace OrleansStream.Gateway.Tests.Http;

public sealed class BodyFormatTests
{
    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("application/json", false)]
    [InlineData("Application/Json; Charset=UTF-8", false)]
    [InlineData("text/json", false)]
    [InlineData("application/x-ndjson", true)]
    [InlineData("application/ndjson; charset=\"utf-8\"", true)]
    [InlineData("application/x-jsonlines", true)]
    public void TellsLinesFromJson_WhenContentTypeIs(string? contentType, bool lines) =>
        Assert.Equal(lines, BodyFormat.IsNdjson(Request(contentType)));

    [Theory]
    [InlineData("application/xml")]
    [InlineData("application/problem+json")]
    [InlineData("json")]
    [InlineData("application/json; charset=iso-8859-1")]
    public void RefusesTheRequest_WhenContentTypeIs(string contentType) =>
        Assert.Throws<RequestRejectedException>(() => BodyFormat.IsNdjson(Request(contentType)));

    private static HttpRequest Request(string? contentType)
    {
        var request = new DefaultHttpContext().Request;
        request.ContentType = contentType;
        return request;
    }
}
