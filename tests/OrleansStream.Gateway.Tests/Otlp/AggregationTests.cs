using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Domain.Observability.Sketches;
using OrleansStream.Gateway.Otlp;
using OrleansStream.Gateway.Otlp.Aggregation;
using OrleansStream.Otlp.Protocol;
using static OrleansStream.Gateway.Tests.Otlp.Otlp;

namespace OrleansStream.Gateway.Tests.Otlp;

/// <summary>What an export says of each service, without a server.</summary>
public sealed class AggregationTests
{
    private static readonly OtlpOptions Bounds = new();

    private readonly ExportDraft _draft = Draft();

    [Fact]
    public void AreAFewRecords_WhenAThousandLogRecordsOfTwoServicesCome()
    {
        var request = Logs("a", [.. Enumerable.Range(0, 600).Select(i => Log($"user {i} logged in", i % 10 == 0 ? SeverityNumber.Error : SeverityNumber.Info, Time + ((ulong)(i % 3) * 1_000_000_000)))]);
        request.ResourceLogs.Add(Logs("b", [.. Enumerable.Range(0, 400).Select(i => Log($"queue has {i} items", SeverityNumber.Warn2))]).ResourceLogs[0]);
        LogCounting.Count(request, _draft);
        ServiceSignals[] signals = [.. _draft.Cut()];
        Assert.InRange(signals.Length, 2, 6);
        Assert.Equal(1000, _draft.Taken);
        var a = signals.Where(s => s.Service == "a").ToList();
        Assert.Equal([(TimeMs / 1000, 180L, 20L), ((TimeMs / 1000) + 1, 180L, 20L), ((TimeMs / 1000) + 2, 180L, 20L)],
            a.SelectMany(s => s.Logs ?? []).Select(l => (l.At, l.Counts[(int)LogSeverity.Info], l.Counts[(int)LogSeverity.Error])));
        var masked = Assert.Single(a.SelectMany(s => s.Masked ?? []));
        Assert.Equal((600L, LogSeverity.Error), (masked.Count, masked.Severity));
        Assert.Equal(600, a.Sum(s => s.DroppedLines) + a.Sum(s => s.Lines?.Length ?? 0));
        Assert.Equal(400, signals.Where(s => s.Service == "b").SelectMany(s => s.Logs ?? []).Single().Counts[(int)LogSeverity.Warn]);
    }

    [Fact]
    public void KeepsErrorLines_WhenTheFirstLinesAreAllThatIsKept()
    {
        var draft = Draft(new OtlpOptions { KeptLines = 2, KeptErrorLines = 1 });
        LogCounting.Count(Logs("a", Log("1"), Log("2"), Log("3"), Log("4", SeverityNumber.Fatal), Log("5", SeverityNumber.Error)), draft);
        var signals = Assert.Single(draft.Cut());
        Assert.Equal(["1", "2", "4"], signals.Lines!.Select(l => l.Body));
        Assert.Equal(2, signals.DroppedLines);
    }

    [Fact]
    public void FitsTheLog_WhenLinesAreLargeAndNeedEscapes()
    {
        var draft = Draft();
        LogCounting.Count(Logs("größe", [.. Enumerable.Range(0, 300).Select(i => Log(new string('ä', 900) + "\"\\\u0001" + i, SeverityNumber.Error))]), draft);
        ServiceSignals[] signals = [.. draft.Cut()];
        Assert.True(signals.Length > 1);
        Assert.All(signals, s => Assert.InRange(ServiceSignalsJson.Write(s).Length, 1, ServiceSignals.MaxBytes));
        Assert.Equal(300, signals.Sum(s => s.Lines?.Length ?? 0));
        Assert.All(signals.SelectMany(s => s.Lines ?? []), l => Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(l.Body), 1, LogLine.MaxBodyBytes));
        Assert.Equal(300, signals.Sum(s => s.Logs?.Sum(l => l.Counts.Sum()) ?? 0));
    }

    [Fact]
    public void IsARequest_WhenABodyIsALineOfAnAccessLog()
    {
        var record = Log("""10.0.0.1 - - [22/Nov/2026:09:59:58 +0000] "GET /a HTTP/1.1" 503 12 "-" "curl" """.TrimEnd(), SeverityNumber.Unspecified, 0);
        record.ObservedTimeUnixNano = Time;
        LogCounting.Count(Logs("web", record), _draft);
        var signals = Assert.Single(_draft.Cut());
        var request = Assert.Single(signals.Requests!);
        Assert.Equal((TimeMs / 1000) - 2, request.At);
        Assert.Equal((RequestSource.AccessLog, 1L, 1L), (request.Source, request.Count, request.Errors));
        Assert.Equal([0, 0, 0, 0, 1], request.Status!);
        Assert.Equal(LogSeverity.Error, signals.Lines!.Single().Severity);
    }

    [Fact]
    public void IsNoRequest_WhenALogSpeaksOfACallToAnother()
    {
        var record = Log("call");
        record.Attributes.Add([Text("http.request.method", "GET"), Number("http.response.status_code", 500), Text("url.full", "https://other/")]);
        LogCounting.Count(Logs("a", record), _draft);
        Assert.Null(Assert.Single(_draft.Cut()).Requests);
    }

    [Fact]
    public void CountsServersAndConsumers_WhenSpansCome()
    {
        var byStatus = Span(40);
        byStatus.Attributes.Add(Number("http.response.status_code", 502));
        SpanCounting.Count(Spans("a", Span(20), Span(30, failed: true), byStatus, Span(kind: OrleansStream.Otlp.Protocol.Span.Types.SpanKind.Consumer),
            Span(kind: OrleansStream.Otlp.Protocol.Span.Types.SpanKind.Client, failed: true)), _draft);
        var request = Assert.Single(Assert.Single(_draft.Cut()).Requests!);
        Assert.Equal((4L, 2L, 40d), (request.Count, request.Errors, request.LatencyMaxMs));
        Assert.Equal(4, request.Latency!.Where((_, i) => i % 2 == 1).Sum());
        Assert.Contains(LatencySketch.BucketOf(30), request.Latency!.Where((_, i) => i % 2 == 0));
        Assert.Equal(5, _draft.Taken);
    }

    [Fact]
    public void IsCutByTime_WhenAnExportSpansHours()
    {
        var records = Enumerable.Range(0, 2_000).Select(i => Log($"10.0.0.1 - - [22/Nov/2026:09:59:58 +0000] \"GET /{i} HTTP/1.1\" 200 1", time: Time - ((ulong)(i * 7 % 2_000) * 40_000_000_000)));
        LogCounting.Count(Logs("web", [.. records]), _draft);
        var pieces = _draft.Cut().ToList();
        Assert.InRange(pieces.Count, 3, 40);
        long before = 0;
        foreach (var piece in pieces)
        {
            long[] times = [.. (piece.Requests ?? []).Select(r => r.At), .. (piece.Logs ?? []).Select(l => l.At)];
            Assert.All(times, t => Assert.InRange(t, before, piece.Time / 1000));
            before = times.Append(before).Max();
        }
        Assert.Equal((TimeMs, 2_000L, 2_000L), (pieces[^1].Time, pieces.Sum(p => (p.Requests ?? []).Sum(r => r.Count)), pieces.Sum(p => (p.Logs ?? []).Sum(l => l.Counts.Sum()))));
    }

    [Theory]
    [InlineData(3, 8)]
    [InlineData(16, 5)]
    [InlineData(40, 0)]
    public void LeavesTheIdOut_WhenALogHasOneOfNoTrace(int traceId, int spanId)
    {
        var record = Log("hello");
        record.TraceId = Google.Protobuf.ByteString.CopyFrom([.. Enumerable.Repeat((byte)7, traceId)]);
        record.SpanId = Google.Protobuf.ByteString.CopyFrom([.. Enumerable.Repeat((byte)7, spanId)]);
        LogCounting.Count(Logs("a", record), _draft);
        Assert.Equal((0L, 1L), (_draft.Rejections.Count, _draft.Taken));
        var line = Assert.Single(Assert.Single(_draft.Cut()).Lines!);
        Assert.Equal((traceId == 16, spanId == 8), (line.TraceId is not null, line.SpanId is not null));
    }

    public static TheoryData<string, Span> BadSpans() => new()
    {
        { "traceId", new Span(Span()) { TraceId = Google.Protobuf.ByteString.CopyFrom(1, 2, 3) } },
        { "traceId", new Span(Span()) { TraceId = Google.Protobuf.ByteString.CopyFrom(new byte[16]) } },
        { "spanId", new Span(Span()) { SpanId = Google.Protobuf.ByteString.Empty } },
        { "parentSpanId", new Span(Span()) { ParentSpanId = Google.Protobuf.ByteString.CopyFrom(1) } },
        { "endTimeUnixNano", new Span(Span()) { EndTimeUnixNano = 0 } },
        { "time-in-future", new Span(Span()) { EndTimeUnixNano = Time + 301_000_000_000 } },
        { "record-too-large", new Span(Span()) { Name = new string('x', 70_000) } },
    };

    [Theory]
    [MemberData(nameof(BadSpans))]
    public void RejectsOnlyThatOne_WhenASpanIsBad(string reason, Span bad)
    {
        SpanCounting.Count(Spans("a", Span(), bad, Span()), _draft);
        Assert.Equal(1, _draft.Rejections.Count);
        Assert.Contains(reason, _draft.Rejections.Describe(), StringComparison.Ordinal);
        Assert.Equal(2, Assert.Single(_draft.Cut()).Requests!.Single().Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void IsUnknownService_WhenNoNameIsSaid(string? name)
    {
        var request = Logs("x", Log("hello"));
        if (name is null) request.ResourceLogs[0].Resource = null;
        else request.ResourceLogs[0].Resource.Attributes[0].Value.StringValue = name;
        LogCounting.Count(request, _draft);
        Assert.Equal("unknown_service", Assert.Single(_draft.Cut()).Service);
    }

    [Fact]
    public void RejectsAllOfAService_WhenItsNameCannotBe()
    {
        var request = Logs(new string('n', 257), Log("1"), Log("2"));
        request.ResourceLogs.Add(Logs("fine", Log("3")).ResourceLogs[0]);
        LogCounting.Count(request, _draft);
        Assert.Equal((2L, 1L), (_draft.Rejections.Count, _draft.Taken));
    }

    [Fact]
    public void IsApart_WhenInstancesAreSeveral()
    {
        var request = Logs("a", Log("1"));
        request.ResourceLogs[0].Resource = Resource("a", "i-1");
        request.ResourceLogs.Add(new ResourceLogs(request.ResourceLogs[0]) { Resource = Resource("a", "i-2") });
        LogCounting.Count(request, _draft);
        Assert.Equal(["i-1", "i-2"], _draft.Cut().Select(s => s.Instance));
    }

    [Theory]
    [InlineData(1, LogSeverity.Trace)]
    [InlineData(8, LogSeverity.Debug)]
    [InlineData(9, LogSeverity.Info)]
    [InlineData(16, LogSeverity.Warn)]
    [InlineData(17, LogSeverity.Error)]
    [InlineData(24, LogSeverity.Fatal)]
    public void IsTheRangeOfItsNumber_WhenALogHasASeverity(int number, LogSeverity expected)
    {
        LogCounting.Count(Logs("a", Log("x", (SeverityNumber)number)), _draft);
        Assert.Equal(expected, Assert.Single(_draft.Cut()).Lines!.Single().Severity);
    }

    private static ExportDraft Draft(OtlpOptions? options = null) => new(options ?? Bounds, TimeMs, TimeMs + 300_000);
}
