using System.Globalization;
using System.Text.Json;
using OrleansStream.Gateway.Tests.Harness;
using OrleansStream.Otlp.Protocol;

namespace OrleansStream.Gateway.Tests.Services;

/// <summary>Days of an access log that come within a moment, line by line as bodies of log records.</summary>
public sealed class AccessLogTests(AccessLogTests.Gateway gateway) : IClassFixture<AccessLogTests.Gateway>
{
    private static readonly DateTimeOffset Start = new(2015, 5, 17, 10, 0, 0, TimeSpan.Zero);
    private static readonly string[] Pages = ["/", "/favicon.ico", "/blog/a.html", "/images/b.png?size=3", "/projects/c"];

    [Fact]
    public async Task IsCountedByTheTimesOfItsLines_AndAFewFailuresAreNoAlert()
    {
        var lines = Lines();
        foreach (string[] block in lines.Chunk(1_000))
        {
            var records = block.Select(line => new LogRecord { Body = new AnyValue { StringValue = line }, ObservedTimeUnixNano = (ulong)(DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100 });
            using var answer = await gateway.Api.Http.PostAsync(new Uri("/v1/logs", UriKind.Relative), Otlp.Otlp.Content(Otlp.Otlp.Logs("web", [.. records])), TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode);
        }
        var service = await UntilAsync("/v1/services/web", s => s.GetProperty("totals").GetProperty("logs").GetInt64() == lines.Count && Templates(s).Sum(t => t.Count) == lines.Count);
        var totals = service.GetProperty("totals");
        Assert.Equal((lines.Count, 3, 0), (totals.GetProperty("requests").GetInt64(), totals.GetProperty("requestErrors").GetInt64(), totals.GetProperty("late").GetInt64()));
        Assert.Equal("access-log", service.GetProperty("requestSource").GetString());
        // By minute of the lines' own time, the newest 24 hours.
        var minutes = lines.Select(TimeOf).Select(t => t.AddSeconds(-t.Second)).Where(t => t >= TimeOf(lines[^1]).AddHours(-24)).GroupBy(t => t).ToDictionary(m => m.Key, m => (long)m.Count());
        Assert.Equal(minutes, service.GetProperty("minutes").EnumerateArray().ToDictionary(m => m.GetProperty("time").GetDateTimeOffset(), m => m.GetProperty("requests").GetInt64()));
        // What was asked and what became of it.
        Assert.Equal(["\"GET <*>\" 200", "\"GET <*>\" 304", "\"GET <*>\" 404", "\"GET <*>\" 500", "\"HEAD <*>\" 200"], Templates(service).Select(t => string.Join(' ', t.Text.Split(' ')[5..8])).Order(StringComparer.Ordinal));
        Assert.Equal(3, Templates(service).Single(t => t.Text.Contains("\" 500 ", StringComparison.Ordinal)).Count);
        Assert.Empty((await gateway.Api.GetAsync("/v1/alerts?status=all&service=web")).Expect(200).Json.GetProperty("items").EnumerateArray());
    }

    private static List<string> Lines()
    {
        var random = new Random(1);
        var lines = new List<string>();
        for (int i = 0; i < 6_000; i++)
        {
            var time = Start.AddSeconds(i * 40);
            string verb = i % 97 == 5 ? "HEAD" : "GET", page = Pages[random.Next(Pages.Length)];
            int status = verb == "HEAD" ? 200 : i is 700 or 2_500 or 2_501 ? 500 : (i % 23) switch { 3 => 304, 4 => 404, _ => 200 };
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"10.{random.Next(256)}.{random.Next(256)}.9 - - [{time:dd'/'MMM'/'yyyy':'HH':'mm':'ss} +0000] \"{verb} {page} HTTP/1.1\" {status} {random.Next(100_000)} \"-\" \"Mozilla/5.0 (X11; rv:{random.Next(40)})\""));
        }
        return lines;
    }

    private static DateTimeOffset TimeOf(string line) => DateTimeOffset.ParseExact(line[(line.IndexOf('[', StringComparison.Ordinal) + 1)..line.IndexOf(']', StringComparison.Ordinal)], "dd'/'MMM'/'yyyy':'HH':'mm':'ss zzz", CultureInfo.InvariantCulture);

    private static IEnumerable<(string Text, long Count)> Templates(JsonElement service) =>
        service.GetProperty("templates").EnumerateArray().Select(t => (t.GetProperty("template").GetString()!, t.GetProperty("count").GetInt64()));

    private async Task<JsonElement> UntilAsync(string path, Func<JsonElement, bool> holds)
    {
        var end = DateTime.UtcNow.AddSeconds(60);
        while (true)
        {
            var reply = await gateway.Api.GetAsync(path);
            if (reply.Status == 200 && holds(reply.Json)) return reply.Json;
            Assert.True(DateTime.UtcNow < end, $"It did not come: {reply.Text}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The product with nothing else in it.</summary>
    public sealed class Gateway : OwnGateway;
}
