using System.Globalization;
using System.Text.Json.Nodes;

namespace OrleansStream.Cli.Tests;

/// <summary><c>ostream send logs</c> and <c>send metrics</c>.</summary>
public sealed class SendOtlpTests : IAsyncLifetime
{
    private FakeOtlpServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await FakeOtlpServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task SendsEachLineWithTimeAndSeverity_WhenTheFileIsAnAccessLog()
    {
        string file = _server.Write("shop_access.log.1", string.Concat(
            """203.0.113.9 - - [10/Oct/2000:13:55:36 -0700] "GET /a?x=1 HTTP/1.1" 200 2326 "http://x/" "Agent \"1\"" """.TrimEnd(), "\n\n",
            """203.0.113.9 - - [10/Oct/2000:13:55:37 -0700] "POST /b HTTP/1.1" 404 - "-" "-" """.TrimEnd(), "\r\n",
            """203.0.113.9 - - [10/Oct/2000:13:55:38 -0700] "POST /b HTTP/1.1" 503 7""", "\n"));
        var run = await _server.SendAsync("logs", file);
        Assert.Equal((0, 3, 0), (run.ExitCode, (int)run.Json["accepted"]!, (int)run.Json["rejected"]!));
        Assert.Equal(["shop_access"], _server.Services("resourceLogs"));
        JsonNode[] records = [.. _server.All("resourceLogs", "scopeLogs", "logRecords")];
        Assert.Equal([9, 13, 17], records.Select(r => (int)r["severityNumber"]!));
        Assert.Equal(["971211336000000000", "971211337000000000", "971211338000000000"], records.Select(r => (string)r["timeUnixNano"]!));
        Assert.StartsWith("203.0.113.9 - - [10/Oct", (string)records[0]["body"]!["stringValue"]!, StringComparison.Ordinal);
        Assert.Equal(["GET", "/a", "200", "2326", "203.0.113.9"], records[0]["attributes"]!.AsArray().Select(a => a!["value"]!.AsObject().First().Value!.ToString()));
    }

    [Fact]
    public async Task KnowsTimeTextAndLevel_WhenTheFileIsNdjson()
    {
        string file = _server.Write("app.ndjson", """
            {"ts":1700000000.5,"level":"error","msg":"failed","orderId":17,"user":"u-1"}
            {"@timestamp":"2026-11-22T10:00:00+01:00","message":"ok"}
            {"something":"else"}
            not json

            """);
        var run = await _server.SendAsync("logs", file, "--service", "shop/checkout");
        Assert.Equal((1, 3, 1), (run.ExitCode, (int)run.Json["accepted"]!, (int)run.Json["rejected"]!));
        Assert.Contains("4", run.Error, StringComparison.Ordinal);
        Assert.Equal(["shop/checkout"], _server.Services("resourceLogs"));
        JsonNode[] records = [.. _server.All("resourceLogs", "scopeLogs", "logRecords")];
        Assert.Equal(("1700000000500000000", "error", "failed"), ((string)records[0]["timeUnixNano"]!, (string)records[0]["severityText"]!, (string)records[0]["body"]!["stringValue"]!));
        Assert.Equal(["17", "u-1"], records[0]["attributes"]!.AsArray().Select(a => a!["value"]!.AsObject().First().Value!.ToString()));
        Assert.Equal("1795338000000000000", (string)records[1]["timeUnixNano"]!);
        Assert.Equal("""{"something":"else"}""", (string)records[2]["body"]!["stringValue"]!);
    }

    [Fact]
    public async Task CountsOnce_WhenAnswersAreLostAndTheServerIsBusy()
    {
        _server.Refuse = request => request switch { 1 => 429, 2 => 1000, 4 => 503, _ => 0 };
        var run = await _server.SendAsync("logs", _server.Write("a.log", Lines(25)), "--batch", "10");
        Assert.Equal((0, 25), (run.ExitCode, (int)run.Json["accepted"]!));
        Assert.Equal([10, 10, 5], _server.Taken.Select(e => e["resourceLogs"]![0]!["scopeLogs"]![0]!["logRecords"]!.AsArray().Count));
        Assert.Equal(6, _server.Requests);
    }

    [Fact]
    public async Task GoesOnWithTheNextBlock_WhenAnEarlierRunStopped()
    {
        string file = _server.Write("a.log", Lines(45));
        _server.Refuse = request => request == 3 ? 400 : 0;
        Assert.Equal(3, (await _server.SendAsync("logs", file, "--batch", "10")).ExitCode);
        _server.Refuse = _ => 0;
        var run = await _server.SendAsync("logs", file, "--batch", "10");
        Assert.Equal((0, 20, 45), (run.ExitCode, (int)run.Json["resumedAfterLine"]!, (int)run.Json["accepted"]!));
        Assert.Equal([10, 10, 10, 10, 5], _server.Taken.Select(e => e["resourceLogs"]![0]!["scopeLogs"]![0]!["logRecords"]!.AsArray().Count));
    }

    [Fact]
    public async Task BeginsAgain_WhenTheServerDoesNotKnowTheService()
    {
        string file = _server.Write("a.log", Lines(25));
        _server.Refuse = request => request == 2 ? 400 : 0;
        Assert.Equal(3, (await _server.SendAsync("logs", file, "--batch", "10")).ExitCode);
        (_server.Refuse, _server.Knows) = (_ => 0, false);
        var run = await _server.SendAsync("logs", file, "--batch", "10");
        Assert.Equal((0, 25), (run.ExitCode, (int)run.Json["accepted"]!));
        Assert.Null(run.Json["resumedAfterLine"]);
    }

    [Fact]
    public async Task SaysSo_WhenTheServerRejectsSome()
    {
        _server.Rejected = 2;
        var run = await _server.SendAsync("logs", _server.Write("a.log", Lines(5)));
        Assert.Equal((1, 3, 2), (run.ExitCode, (int)run.Json["accepted"]!, (int)run.Json["rejected"]!));
        Assert.Contains("told to (among lines 1 to 5)", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("speed.csv", "timestamp,value\n2026-11-22 10:00:00,1.5\n2026-11-22 10:05:00,2\n")]
    [InlineData("speed.tsv", "value\tts\n1.5\t1795341600\n2\t1795341900000\n")]
    [InlineData("speed.ndjson", "{\"timestamp\":1795341600,\"value\":1.5}\n{\"time\":\"2026-11-22T10:05:00Z\",\"value\":\"2\"}\n")]
    public async Task SendsGauges_WhenRowsHaveTimeAndValue(string name, string content)
    {
        var run = await _server.SendAsync("metrics", _server.Write(name, content), "--service", "road");
        Assert.Equal((0, 2), (run.ExitCode, (int)run.Json["accepted"]!));
        JsonNode[] metrics = [.. _server.All("resourceMetrics", "scopeMetrics", "metrics")];
        Assert.All(metrics, m => Assert.Equal("speed", (string)m["name"]!));
        var points = metrics.Select(m => m["gauge"]!["dataPoints"]![0]!).ToList();
        Assert.Equal([1.5, 2], points.Select(p => (double)p["asDouble"]!));
        Assert.Equal(["1795341600000000000", "1795341900000000000"], points.Select(p => (string)p["timeUnixNano"]!));
    }

    [Fact]
    public async Task TakesTheColumnsAskedFor_WhenTheyAreMapped()
    {
        var run = await _server.SendAsync("metrics", _server.Write("host.csv", "when,cpu,metric\n1795341600,0.5,a\n1795341601,x,b\n"), "--map", "time=when", "--map", "value=cpu");
        Assert.Equal((1, 1, 1), (run.ExitCode, (int)run.Json["accepted"]!, (int)run.Json["rejected"]!));
        Assert.Equal("a", (string)_server.All("resourceMetrics", "scopeMetrics", "metrics").Single()["name"]!);
    }

    private static string Lines(int count) => string.Concat(Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture,
        $"203.0.113.9 - - [10/Oct/2000:13:{i / 60:00}:{i % 60:00} +0000] \"GET /{i} HTTP/1.1\" 200 1\n")));
}
