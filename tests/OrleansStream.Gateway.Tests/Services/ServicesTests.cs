using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Google.Protobuf;
using OrleansStream.Gateway.Tests.Harness;
using OrleansStream.Otlp.Protocol;
using static OrleansStream.Gateway.Tests.Otlp.Otlp;

namespace OrleansStream.Gateway.Tests.Services;

/// <summary>From OTLP to what is shown of a service, through the product.</summary>
public sealed class ServicesTests(LocalGateway gateway)
{
    private readonly Api _api = gateway.Api;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static ulong Now => (ulong)(DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

    [Fact]
    public async Task ShowsRatesLatencyCpuAndTemplates_WhenAServiceTellsThem()
    {
        string service = Given.Id("shop/checkout.v1 ä");
        ulong now = Now;
        await ExportAsync("traces", Spans(service, [.. Enumerable.Range(0, 100).Select(i => Span(10 + i, failed: i % 20 == 0, end: now))]));
        await ExportAsync("metrics", Metrics(service, Gauge("process.cpu.utilization", Point(0.25, now)), Gauge("process.memory.usage", Point(1 << 20, now))));
        await ExportAsync("logs", Logs(service, [.. Enumerable.Range(0, 50).Select(i => Log($"order {i} was paid", i == 7 ? SeverityNumber.Error : SeverityNumber.Info, now))]));
        var shown = await ServiceAsync(service, s => s.GetProperty("totals").GetProperty("logs").GetInt64() == 50 && s.GetProperty("totals").GetProperty("requests").GetInt64() == 100 &&
            s.TryGetProperty("cpu", out _) && s.GetProperty("templates").GetArrayLength() > 0);
        Assert.Equal(service, shown.GetProperty("name").GetString());
        Assert.Equal((5L, 1L), (shown.GetProperty("totals").GetProperty("requestErrors").GetInt64(), shown.GetProperty("totals").GetProperty("logErrors").GetInt64()));
        Assert.Equal((0.25, 1048576), (shown.GetProperty("cpu").GetDouble(), shown.GetProperty("memoryBytes").GetDouble()));
        Assert.InRange(shown.GetProperty("latencyMs").GetProperty("p50").GetDouble(), 57, 62);
        Assert.Equal(0.05, shown.GetProperty("errorRate").GetDouble(), 6);
        Assert.Equal(100, shown.GetProperty("seconds").EnumerateArray().Sum(s => s.GetProperty("requests").GetInt64()));
        Assert.Equal(100, shown.GetProperty("minutes").EnumerateArray().Sum(s => s.GetProperty("requests").GetInt64()));
        var template = shown.GetProperty("templates").EnumerateArray().Single();
        Assert.Equal(("order <*> was paid", 50L), (template.GetProperty("template").GetString(), template.GetProperty("count").GetInt64()));
    }

    [Fact]
    public async Task ListsTheOneThatFailsMostFirst_WhenSortedByErrorRate()
    {
        string mark = Given.Id("fails"), bad = $"{mark}-b", good = $"{mark}-a";
        await ExportAsync("traces", Spans(good, Span(end: Now), Span(end: Now), Span(end: Now), Span(failed: true, end: Now)));
        await ExportAsync("traces", Spans(bad, Span(end: Now), Span(failed: true, end: Now)));
        var items = await UntilAsync($"/v1/services?sort=errorRate&contains={mark}", list => list.GetProperty("items").GetArrayLength() == 2);
        Assert.Equal([(bad, 0.5), (good, 0.25)], items.GetProperty("items").EnumerateArray().Select(i => (i.GetProperty("name").GetString()!, i.GetProperty("errorRate").GetDouble())));
        var first = (await _api.GetAsync($"/v1/services?contains={mark}&limit=1")).Expect(200).Json;
        var second = (await _api.GetAsync($"/v1/services?contains={mark}&limit=1&cursor={first.GetProperty("next").GetString()}")).Expect(200).Json;
        Assert.Equal((good, JsonValueKind.Null), (second.GetProperty("items")[0].GetProperty("name").GetString()!, second.GetProperty("next").ValueKind));
    }

    [Fact]
    public async Task FindsLines_WhenTheyAreSearched()
    {
        string service = Given.Id("a/b");
        await ExportAsync("logs", Logs(service, Log("user signed in", time: Now), Log("Payment of order 17 failed", SeverityNumber.Error, Now), Log("payment of order 18 failed", SeverityNumber.Fatal, Now), Log("slow", SeverityNumber.Warn, Now)));
        string path = $"/v1/services/{Uri.EscapeDataString(service)}/logs";
        await UntilAsync(path, list => list.GetProperty("items").GetArrayLength() == 4);
        Assert.Equal(["slow", "payment of order 18 failed", "Payment of order 17 failed"], await BodiesAsync($"{path}?severity=warn"));
        Assert.Equal(["payment of order 18 failed", "Payment of order 17 failed"], await BodiesAsync($"{path}?contains=PAYMENT"));
        Assert.Equal(["payment of order 18 failed"], await BodiesAsync($"{path}?contains=payment&severity=fatal"));
        var page = (await _api.GetAsync($"{path}?limit=3")).Expect(200).Json;
        Assert.Equal(["user signed in"], await BodiesAsync($"{path}?limit=3&cursor={page.GetProperty("next").GetString()}"));
    }

    [Fact]
    public async Task PushesEachLine_WhenSomebodyListens()
    {
        string service = Given.Id("live/one");
        using var response = await _api.Http.GetAsync($"/v1/services/{Uri.EscapeDataString(service)}/logs/stream?severity=error", HttpCompletionOption.ResponseHeadersRead, Stop);
        var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Stop));
        await lines.ReadLineAsync(Stop);
        await ExportAsync("logs", Logs(service, Log("one", SeverityNumber.Error, Now), Log("two", time: Now), Log("three", SeverityNumber.Fatal, Now)));
        await ExportAsync("logs", Logs(Given.Id("other"), Log("four", SeverityNumber.Error, Now)));
        await ExportAsync("logs", Logs(service, Log("five", SeverityNumber.Error, Now)));
        var bodies = new List<string>();
        while (bodies.Count < 3 && await lines.ReadLineAsync(Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Stop) is { } line)
            if (line.StartsWith("data: {\"", StringComparison.Ordinal)) bodies.Add(JsonDocument.Parse(line[6..]).RootElement.GetProperty("body").GetString()!);
        Assert.Equal(["one", "three", "five"], bodies);
    }

    [Theory]
    [InlineData("/v1/services/nobody-knows-me", 404, "service-not-found")]
    [InlineData("/v1/services/nobody-knows-me/logs", 404, "service-not-found")]
    [InlineData("/v1/services?sort=colour", 400, "invalid-sort")]
    [InlineData("/v1/services?cursor=x", 400, "invalid-cursor")]
    [InlineData("/v1/services?limit=0", 400, "invalid-limit")]
    [InlineData("/v1/services/a/logs?severity=loud", 400, "invalid-severity")]
    [InlineData("/v1/services/a/logs/stream?severity=loud", 400, "invalid-severity")]
    public async Task AnswersAProblem_WhenTheQuestionIsWrong(string path, int status, string code) => (await _api.GetAsync(path)).Expect(status, code);

    [Fact]
    public async Task IsThereAtOnce_WhenAPositionIsWaitedFor()
    {
        string service = Given.Id("service");
        await ExportAsync("traces", Spans(service, Span(end: Now)));
        string position = (await ServiceAsync(service, _ => true)).GetProperty("appliedPosition").GetString()!;
        var list = (await _api.GetAsync($"/v1/services?contains={service}", ("Min-Position", position), ("Prefer", "wait=20"))).Expect(200).Json;
        Assert.Equal(1, list.GetProperty("items").GetArrayLength());
        (await _api.GetAsync("/v1/services", ("Min-Position", "transactions:0:1"))).Expect(400, "invalid-position");
    }

    private async Task ExportAsync(string signal, IMessage export)
    {
        using var content = new ByteArrayContent(export.ToByteArray()) { Headers = { ContentType = new MediaTypeHeaderValue(Protobuf) } };
        using var response = await _api.Http.PostAsync($"/v1/{signal}", content, Stop);
        Assert.True(response.IsSuccessStatusCode, string.Create(CultureInfo.InvariantCulture, $"{signal}: {(int)response.StatusCode}"));
    }

    private Task<JsonElement> ServiceAsync(string service, Func<JsonElement, bool> complete) => UntilAsync($"/v1/services/{Uri.EscapeDataString(service)}", complete);

    private async Task<string[]> BodiesAsync(string path) =>
        [.. (await _api.GetAsync(path)).Expect(200).Json.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("body").GetString()!)];

    private async Task<JsonElement> UntilAsync(string path, Func<JsonElement, bool> complete)
    {
        for (long started = Environment.TickCount64; ; await Task.Delay(50, Stop))
        {
            var reply = await _api.GetAsync(path);
            if (reply.Status == 200 && complete(reply.Json)) return reply.Json;
            if (Environment.TickCount64 - started > 30_000) Assert.Fail($"{path}: {reply.Status} {reply.Text}");
        }
    }
}
