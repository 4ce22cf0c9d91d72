using System.Net;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using OrleansStream.Gateway.Tests.Harness;
using OrleansStream.Otlp.Protocol;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Pressure;

namespace OrleansStream.Gateway.Tests.Otlp;

/// <summary>OTLP/HTTP as collectors and SDKs speak it: encodings, partial success, errors as Status, limits, retries.</summary>
public sealed class OtlpHttpTests(OtlpHost host) : IClassFixture<OtlpHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task AnswersEmptyProtobuf_WhenAnExportInProtobufIsTaken(bool own, bool gzip)
    {
        string service = Given.Id("service");
        using var response = await (own ? host.Own : host.Api).PostAsync("/v1/logs", Otlp.Content(Otlp.Logs(service, Otlp.Log("hello")), gzip), Stop);
        Assert.Equal((HttpStatusCode.OK, Otlp.Protobuf), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Null(ExportLogsServiceResponse.Parser.ParseFrom(await response.Content.ReadAsByteArrayAsync(Stop)).PartialSuccess);
        var signals = await host.SignalsAsync(service, s => s.Count > 0);
        Assert.Equal("hello", signals.Single().Lines!.Single().Body);
    }

    [Fact]
    public async Task TakesLogs_WhenTheyAreLikeTheProtocolsExample()
    {
        string service = Given.Id("service");
        var answer = await TakenAsync("logs", $$$$$"""
            {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"{{{{{service}}}}}"}}]},"scopeLogs":[{"scope":{"name":"lib","version":"1.0.0","attributes":[]},
            "logRecords":[{"timeUnixNano":"1795341600000000000","observedTimeUnixNano":"1795341600000000001","severityNumber":10,"severityText":"Information","traceId":"5B8EFFF798038103D269B633813FC60C",
            "spanId":"EEE19B7EC3C1B174","body":{"stringValue":"a record"},"flags":1,"attributes":[{"key":"s","value":{"stringValue":"x"}},{"key":"b","value":{"boolValue":true}},{"key":"i","value":{"intValue":"10"}},
            {"key":"d","value":{"doubleValue":637.704}},{"key":"a","value":{"arrayValue":{"values":[{"stringValue":"many"},{"intValue":2}]}}},
            {"key":"m","value":{"kvlistValue":{"values":[{"key":"k","value":{"stringValue":"v"}}]}}}]}]}]}]}
            """);
        Assert.Equal("{ }", answer);
        var line = (await host.SignalsAsync(service, s => s.Count > 0)).Single().Lines!.Single();
        Assert.Equal(("a record", Otlp.TimeMs, "5b8efff798038103d269b633813fc60c", "eee19b7ec3c1b174"), (line.Body, line.Time, line.TraceId, line.SpanId));
        Assert.Equal(("x", "true", "10", "637.704", "[many, 2]", "{k=v}"),
            (line.Attributes!["s"], line.Attributes["b"], line.Attributes["i"], line.Attributes["d"], line.Attributes["a"], line.Attributes["m"]));
    }

    [Fact]
    public async Task TakesEvents_WhenTheirBodyIsAMap()
    {
        string service = Given.Id("service");
        await TakenAsync("logs", $$$$$"""
            {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"{{{{{service}}}}}"}}]},"scopeLogs":[{"logRecords":[{"eventName":"page.view","timeUnixNano":"1795341600000000000",
            "severityNumber":9,"body":{"kvlistValue":{"values":[{"key":"url","value":{"stringValue":"https://example.com"}},{"key":"type","value":{"intValue":"0"}}]}}}]}]}]}
            """);
        Assert.Equal("{url=https://example.com, type=0}", (await host.SignalsAsync(service, s => s.Count > 0)).Single().Lines!.Single().Body);
    }

    [Fact]
    public async Task TakesMetrics_WhenTheyAreOfEveryKind()
    {
        string service = Given.Id("service");
        const string Start = "\"startTimeUnixNano\":\"1795341540000000000\",\"timeUnixNano\":\"1795341600000000000\"";
        await TakenAsync("metrics", $$$$$"""
            {"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"{{{{{service}}}}}"}}]},"scopeMetrics":[{"scope":{"name":"lib"},"metrics":[
            {"name":"c","unit":"1","sum":{"aggregationTemporality":1,"isMonotonic":true,"dataPoints":[{"asDouble":5,{{{{{Start}}}}}}]}},
            {"name":"g","unit":"1","gauge":{"dataPoints":[{"asInt":"10","timeUnixNano":1795341600000000000}]}},
            {"name":"h","unit":"ms","histogram":{"aggregationTemporality":2,"dataPoints":[{ {{{{{Start}}}}},"count":"2","sum":2,"bucketCounts":["1","1"],"explicitBounds":[1],"min":0,"max":2,"exemplars":[{"asDouble":1}]}]}},
            {"name":"e","exponentialHistogram":{"aggregationTemporality":"AGGREGATION_TEMPORALITY_DELTA","dataPoints":[{ {{{{{Start}}}}},"count":3,"sum":10,"scale":0,"zeroCount":1,"positive":{"offset":1,"bucketCounts":[0,"2"]},"zeroThreshold":0}]}},
            {"name":"s","summary":{"dataPoints":[{ {{{{{Start}}}}},"count":"4","sum":8,"quantileValues":[{"quantile":0.5,"value":2}]}]}}]}]}]}
            """);
        var signals = (await host.SignalsAsync(service, s => s.Count > 0)).Single();
        Assert.Equal(["c", "s.count"], signals.Counters!.Select(c => c.Name));
        Assert.Equal(["g", "s.p50"], signals.Gauges!.Select(g => g.Name).Order());
        Assert.Equal(["h", "e"], signals.Histograms!.Select(h => h.Name));
    }

    [Fact]
    public async Task TakesTraces_WhenTheyAreLikeTheProtocolsExample()
    {
        string service = Given.Id("service");
        await TakenAsync("traces", $$$$$"""
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"{{{{{service}}}}}"}}]},"scopeSpans":[{"scope":{"name":"lib"},"spans":[{"traceId":"5B8EFFF798038103D269B633813FC60C",
            "spanId":"EEE19B7EC3C1B174","parentSpanId":"EEE19B7EC3C1B173","name":"server span","startTimeUnixNano":"1795341599000000000","endTimeUnixNano":"1795341600000000000","kind":2,
            "droppedAttributesCount":1,"events":[{"name":"e","timeUnixNano":"1"}],"status":{}}]}]}]}
            """);
        var request = (await host.SignalsAsync(service, s => s.Count > 0)).Single().Requests!.Single();
        Assert.Equal((1L, 0L, 1000d), (request.Count, request.Errors, request.LatencySumMs));
    }

    [Theory]
    [InlineData("logs", "rejectedLogRecords")]
    [InlineData("metrics", "rejectedDataPoints")]
    [InlineData("traces", "rejectedSpans")]
    public async Task IsPartialSuccess_WhenOneRecordIsBad(string signal, string member)
    {
        string service = Given.Id("service");
        IMessage export = signal switch
        {
            "logs" => Otlp.Logs(service, Otlp.Log("1"), Otlp.Log("2", time: 9_000_000_000_000_000_000), Otlp.Log("3")),
            "metrics" => Otlp.Metrics(service, Otlp.Gauge("g", Otlp.Point(1), Otlp.Point(2, 0), Otlp.Point(3))),
            _ => Otlp.Spans(service, Otlp.Span(), new Span(Otlp.Span()) { TraceId = ByteString.CopyFrom(1, 2) }, Otlp.Span()),
        };
        using var response = await host.Own.PostAsync($"/v1/{signal}", Otlp.Content(export), Stop);
        byte[] body = await response.Content.ReadAsByteArrayAsync(Stop);
        var (rejected, message) = signal switch
        {
            "logs" => ExportLogsServiceResponse.Parser.ParseFrom(body).PartialSuccess is var p ? (p.RejectedLogRecords, p.ErrorMessage) : default,
            "metrics" => ExportMetricsServiceResponse.Parser.ParseFrom(body).PartialSuccess is var p ? (p.RejectedDataPoints, p.ErrorMessage) : default,
            _ => ExportTraceServiceResponse.Parser.ParseFrom(body).PartialSuccess is var p ? (p.RejectedSpans, p.ErrorMessage) : default,
        };
        Assert.Equal((HttpStatusCode.OK, 1L), (response.StatusCode, rejected));
        Assert.NotEmpty(message);
        string json = await JsonAsync(signal, JsonFormatter.Default.Format(export).Replace("\"traceId\": \"AQI=\"", "\"traceId\":\"not hex\"", StringComparison.Ordinal)
            .Replace("\"traceId\": \"W47/95gDgQPSabYzgT/GDA==\"", "\"traceId\":\"5b8efff798038103d269b633813fc60c\"", StringComparison.Ordinal)
            .Replace("\"spanId\": \"7uGbfsPBsXQ=\"", "\"spanId\":\"eee19b7ec3c1b174\"", StringComparison.Ordinal));
        var partial = JsonDocument.Parse(json).RootElement.GetProperty("partialSuccess");
        Assert.Equal("1", partial.GetProperty(member).GetString());
        Assert.NotEmpty(partial.GetProperty("errorMessage").GetString()!);
        Assert.NotEmpty(await host.SignalsAsync(service, s => s.Count == 2));
    }

    [Theory]
    [InlineData("logs", "{\"resourceLogs\":")]
    [InlineData("metrics", "[]")]
    [InlineData("traces", "nonsense")]
    [InlineData("traces", "")]
    public async Task Answers400WithAStatusInJson_WhenTheExportIsMalformed(string signal, string body)
    {
        using var response = await host.Api.PostAsync($"/v1/{signal}", Otlp.Content(body), Stop);
        var status = await StatusAsync(response, 400);
        Assert.Equal(3, status.GetProperty("code").GetInt32());
        Assert.NotEmpty(status.GetProperty("message").GetString()!);
    }

    [Theory]
    [InlineData("logs")]
    [InlineData("metrics")]
    [InlineData("traces")]
    public async Task Answers400WithAStatusInProtobuf_WhenTheExportIsMalformed(string signal)
    {
        using var response = await host.Api.PostAsync($"/v1/{signal}", Otlp.Content([0x0a, 0xff, 0xff, 0x01], Otlp.Protobuf), Stop);
        Assert.Equal((HttpStatusCode.BadRequest, Otlp.Protobuf), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var status = Google.Rpc.Status.Parser.ParseFrom(await response.Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal(3, status.Code);
        Assert.NotEmpty(status.Message);
    }

    [Fact]
    public async Task Answers413_WhenTheExportIsTooLargeDecompressed()
    {
        byte[] large = Encoding.UTF8.GetBytes($$$$$"""{"resourceLogs":[],"x":"{{{{{new string('x', 20 << 20)}}}}}"}""");
        using var response = await host.Own.PostAsync("/v1/logs", Otlp.Content(large, Otlp.Json, gzip: true), Stop);
        await StatusAsync(response, 413);
    }

    [Fact]
    public async Task TakesIt_WhenTheExportIsJustNotTooLarge()
    {
        byte[] large = Encoding.UTF8.GetBytes($$$$$"""{"resourceLogs":[],"x":"{{{{{new string('x', (20 << 20) - 40)}}}}}"}""");
        using var response = await host.Own.PostAsync("/v1/logs", Otlp.Content(large, Otlp.Json), Stop);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("text/plain", null, 415)]
    [InlineData("application/json", "zstd", 415)]
    [InlineData("application/json", "gzip", 400)]
    public async Task AnswersAStatus_WhenTypeOrEncodingIsWrong(string type, string? encoding, int expected)
    {
        var content = Otlp.Content("{}"u8.ToArray(), type);
        if (encoding is not null) content.Headers.ContentEncoding.Add(encoding);
        using var response = await host.Own.PostAsync("/v1/logs", content, Stop);
        await StatusAsync(response, expected);
    }

    [Fact]
    public async Task CountsOnce_WhenAnExportComesAgain()
    {
        string service = Given.Id("service");
        byte[] export = Otlp.Spans(service, Otlp.Span(), Otlp.Span(5, failed: true)).ToByteArray();
        foreach (var (client, gzip) in new[] { (host.Own, false), (host.Api, true), (host.Own, false) })
        {
            using var response = await client.PostAsync("/v1/traces", Otlp.Content(export, Otlp.Protobuf, gzip), Stop);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        Assert.Single(await host.SignalsAsync(service, s => s.Count > 0));
    }

    [Theory]
    [InlineData(typeof(LogOverloadedException), 429, 8)]
    [InlineData(typeof(LogFullException), 503, 14)]
    [InlineData(typeof(LogUnavailableException), 503, 14)]
    public async Task SaysWhenToRetry_WhenTheLogTakesNothing(Type failure, int expected, int code)
    {
        host.Log.OnAppend = (Exception)Activator.CreateInstance(failure, "inner words")!;
        try
        {
            using var response = await host.Own.PostAsync("/v1/logs", Otlp.Content("""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"x"}}]}]}]}"""), Stop);
            var status = await StatusAsync(response, expected);
            Assert.Equal(code, status.GetProperty("code").GetInt32());
            Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
            Assert.DoesNotContain("inner words", status.GetRawText(), StringComparison.Ordinal);
        }
        finally
        {
            host.Log.OnAppend = null;
        }
    }

    [Fact]
    public async Task Answers429BeforeReading_WhenAGateIsClosed()
    {
        host.Gate.Closed["service-signals"] = new IngestPressure("lag", TimeSpan.FromSeconds(2.5), "Too many wait.");
        using var response = await host.Own.PostAsync("/v1/logs", Otlp.Content("nonsense"), Stop);
        host.Gate.Closed.Clear();
        Assert.Equal("Too many wait.", (await StatusAsync(response, 429)).GetProperty("message").GetString());
        Assert.Equal(TimeSpan.FromSeconds(3), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task HasNothingElse_WhenOtlpsOwnPortIsAsked()
    {
        using var response = await host.Own.GetAsync("/v1/topics", Stop);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private async Task<string> TakenAsync(string signal, string json)
    {
        string answer = await JsonAsync(signal, json);
        Assert.DoesNotContain("partialSuccess", answer, StringComparison.Ordinal);
        return answer;
    }

    private async Task<string> JsonAsync(string signal, string json)
    {
        using var response = await host.Api.PostAsync($"/v1/{signal}", Otlp.Content(json), Stop);
        string answer = await response.Content.ReadAsStringAsync(Stop);
        Assert.True(response.StatusCode == HttpStatusCode.OK, answer);
        Assert.Equal(Otlp.Json, response.Content.Headers.ContentType?.MediaType);
        return answer;
    }

    private static async Task<JsonElement> StatusAsync(HttpResponseMessage response, int expected)
    {
        string text = await response.Content.ReadAsStringAsync(Stop);
        Assert.True((int)response.StatusCode == expected, $"{response.StatusCode}: {text}");
        Assert.Equal(Otlp.Json, response.Content.Headers.ContentType?.MediaType);
        var status = JsonDocument.Parse(text).RootElement;
        Assert.True(status.TryGetProperty("code", out _) && status.TryGetProperty("message", out _), text);
        return status;
    }
}
