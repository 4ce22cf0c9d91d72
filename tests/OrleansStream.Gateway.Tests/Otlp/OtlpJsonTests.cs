using System.Text;
using OrleansStream.Otlp.Json;
using OrleansStream.Otlp.Protocol;

namespace OrleansStream.Gateway.Tests.Otlp;

public sealed class OtlpJsonTests
{
    [Fact]
    public void IsTheSameMessage_WhenNamesNumbersAndCasesDiffer()
    {
        const string Camel = """{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"eee19b7ec3c1b174","kind":2,"endTimeUnixNano":"1795341600000000000","status":{"code":2}}]}]}]}""";
        const string Snake = """{"resource_spans":[{"new_field":[1,{"a":2}],"scope_spans":[{"spans":[{"trace_id":"5b8efff798038103d269b633813fc60c","span_id":"EEE19B7EC3C1B174","kind":"SPAN_KIND_SERVER","end_time_unix_nano":1795341600000000000,"status":{"code":"STATUS_CODE_ERROR"},"parentSpanId":null}]}]}],"later":true}""";
        var camel = Read<ExportTraceServiceRequest>(Camel).Message;
        Assert.Equal(camel, Read<ExportTraceServiceRequest>(Snake).Message);
        var span = camel.ResourceSpans[0].ScopeSpans[0].Spans[0];
        Assert.Equal((Otlp.TraceId, Otlp.SpanId, Span.Types.SpanKind.Server, Otlp.Time), (span.TraceId, span.SpanId, span.Kind, span.EndTimeUnixNano));
    }

    [Fact]
    public void KeepsAllDigits_WhenNumbersHave64Bits()
    {
        var point = Read<NumberDataPoint>("""{"asInt":"-9007199254740993","timeUnixNano":18446744073709551615}""").Message;
        Assert.Equal((-9007199254740993L, ulong.MaxValue), (point.AsInt, point.TimeUnixNano));
        var histogram = Read<HistogramDataPoint>("""{"count":"3","bucketCounts":[1,"2",0],"explicitBounds":[1,"2.5"],"sum":"NaN","max":1e3}""").Message;
        Assert.Equal([1UL, 2, 0], histogram.BucketCounts);
        Assert.Equal((3UL, 1000d, true, false), (histogram.Count, histogram.Max, double.IsNaN(histogram.Sum), histogram.HasMin));
    }

    [Fact]
    public void TakesLists_WhenTheObjectAroundThemIsMissing()
    {
        var value = Read<AnyValue>("""{"kvlistValue":[{"key":"a","value":{"arrayValue":[{"stringValue":"b"},{"boolValue":true},{"bytesValue":"AQI="}]}}]}""").Message;
        Assert.Equal(Read<AnyValue>("""{"kvlistValue":{"values":[{"key":"a","value":{"arrayValue":{"values":[{"stringValue":"b"},{"boolValue":true},{"bytesValue":"AQI="}]}}}]}}""").Message, value);
    }

    [Theory]
    [InlineData("""{"timeUnixNano":"yesterday"}""", "timeUnixNano")]
    [InlineData("""{"traceId":"not hex"}""", "traceId")]
    [InlineData("""{"body":"text"}""", "body")]
    [InlineData("""{"attributes":{"a":1}}""", "attributes")]
    [InlineData("""{"severityNumber":"LOUD"}""", "severityNumber")]
    [InlineData("""{"body":{"stringValue":"\ud800"}}""", "stringValue")]
    [InlineData("""{"\ud800":1}""", "LogRecord")]
    [InlineData("""{"body":{"\udc00stringValue":1}}""", "AnyValue")]
    [InlineData("17", "logRecords")]
    public void SpoilsOnlyItself_WhenARecordCannotBeRead(string bad, string reason)
    {
        var reading = Read<ExportLogsServiceRequest>($$$"""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"1"}},{{{bad}}},{"body":{"stringValue":"3"}}]}]}]}""");
        Assert.Equal(1, reading.Skipped);
        Assert.Contains(reason, reading.Reason!, StringComparison.Ordinal);
        Assert.Equal(["1", "3"], reading.Message.ResourceLogs[0].ScopeLogs[0].LogRecords.Select(r => r.Body.StringValue));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"resourceLogs":[}""")]
    [InlineData("""{"resourceLogs":{}}""")]
    [InlineData("""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":]}]}]}""")]
    [InlineData("""{} {}""")]
    public void IsRefused_WhenItIsNoExport(string json) => Assert.Throws<OtlpFormatException>(() => Read<ExportLogsServiceRequest>(json));

    [Fact]
    public void IsRefused_WhenItIsTooDeep()
    {
        string deep = string.Concat(Enumerable.Repeat("""{"arrayValue":{"values":[""", 40)) + string.Concat(Enumerable.Repeat("]}}", 40));
        Assert.Throws<OtlpFormatException>(() => Read<AnyValue>(deep));
    }

    private static OtlpJsonReading<T> Read<T>(string json) where T : Google.Protobuf.IMessage, new() => OtlpJson.Read<T>(Encoding.UTF8.GetBytes(json));
}
