using Microsoft.AspNetCore.Http;
using OrleansStream.Gateway.Http;

namespace OrleansStream.Gateway.Tests.Http;

public sealed class BodyFormatTests
{
    [Theory]
    [InlineData(null, BodyKind.Json)]
    [InlineData("", BodyKind.Json)]
    [InlineData("application/json", BodyKind.Json)]
    [InlineData("Application/Json; Charset=UTF-8", BodyKind.Json)]
    [InlineData("text/json", BodyKind.Json)]
    [InlineData("application/x-ndjson", BodyKind.Lines)]
    [InlineData("application/ndjson; charset=\"utf-8\"", BodyKind.Lines)]
    [InlineData("application/x-jsonlines", BodyKind.Lines)]
    [InlineData("application/cloudevents+json; charset=utf-8", BodyKind.CloudEvent)]
    [InlineData("application/CloudEvents-Batch+json", BodyKind.CloudEventBatch)]
    internal void TellsHowRecordsLie_WhenContentTypeIs(string? contentType, BodyKind kind) => Assert.Equal(kind, BodyFormat.Of(Request(contentType)));

    [Theory]
    [InlineData(null, BodyKind.CloudEventData)]
    [InlineData("application/json", BodyKind.CloudEventData)]
    [InlineData("application/vnd.bank.movement+json", BodyKind.CloudEventData)]
    [InlineData("application/cloudevents+json", BodyKind.CloudEvent)]
    internal void TellsHowRecordsLie_WhenAttributesAreHeadersAndContentTypeIs(string? contentType, BodyKind kind) =>
        Assert.Equal(kind, BodyFormat.Of(Request(contentType), hasEventHeaders: true));

    [Theory]
    [InlineData("application/xml", false)]
    [InlineData("application/problem+json", false)]
    [InlineData("json", false)]
    [InlineData("application/json; charset=iso-8859-1", false)]
    [InlineData("application/cloudevents+avro", false)]
    [InlineData("application/cloudevents", false)]
    [InlineData("application/xml", true)]
    [InlineData("application/x-ndjson", true)]
    public void RefusesTheRequest_WhenContentTypeIs(string contentType, bool hasEventHeaders) =>
        Assert.Throws<RequestRejectedException>(() => BodyFormat.Of(Request(contentType), hasEventHeaders));

    private static HttpRequest Request(string? contentType)
    {
        var request = new DefaultHttpContext().Request;
        request.ContentType = contentType;
        return request;
    }
}
