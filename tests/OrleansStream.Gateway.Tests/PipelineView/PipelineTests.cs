using System.Text.Json;
using OrleansStream.Gateway.Tests.Decisions;
using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.PipelineView;

/// <summary><c>/v1/pipeline</c>: reality, the stream and the batch. Tests of this class run one after another on a pipeline of their own.</summary>
public sealed class PipelineTests(PipelineGateway gateway) : IClassFixture<PipelineGateway>
{
    private readonly Api _api = gateway.Api;

    [Fact]
    public async Task HasTheContractsMembers_WhenRead()
    {
        var figures = await gateway.FiguresAsync();
        Assert.Equal(["ingested", "processed", "lag", "ratePerSecond", "stream", "batch"], figures.EnumerateObject().Select(p => p.Name));
        Assert.Equal(["count", "latencyMs"], figures.GetProperty("stream").EnumerateObject().Select(p => p.Name));
        foreach (string member in (string[])["count", "intervalSeconds", "lastRunAt", "stalenessSeconds", "polls", "emptyPolls", "recordsScanned"])
            Assert.True(figures.GetProperty("batch").TryGetProperty(member, out _), member);
        foreach (string member in (string[])["p50", "p99"])
            Assert.True(figures.GetProperty("stream").GetProperty("latencyMs").TryGetProperty(member, out _), member);
    }

    [Fact]
    public async Task StaysAsItIs_WhenNobodyHandsAnythingIn()
    {
        // What a test before this one handed in and did not wait for.
        var before = await gateway.FiguresAsync("nothing is under way", f => Count(f, "lag") == 0);
        var after = await gateway.FiguresAsync("two more polls", f => Batch(f, "polls") >= Batch(before, "polls") + 2);
        Assert.Equal(Count(before, "ingested"), Count(after, "ingested"));
        Assert.Equal(Count(before, "processed"), Count(after, "processed"));
    }

    [Fact]
    public async Task CountsAtOnceWhatWasAccepted_WhenReadAfterwards()
    {
        long before = Count(await gateway.FiguresAsync(), "ingested");
        for (int i = 1; i <= 20; i++)
        {
            (await _api.PostAsync(Given.Transaction())).Expect(202);
            Assert.Equal(before + i, Count(await gateway.FiguresAsync(), "ingested"));
        }
    }

    [Fact]
    public async Task CountsNeitherDuplicatesNorRefusals_WhenTheyAreHandedIn()
    {
        string transaction = Given.Transaction();
        await _api.DecideAsync(transaction);
        long before = Count(await gateway.FiguresAsync(), "ingested");
        await _api.PostAsync(transaction);
        await _api.PostAsync("""{"amount":1}""");
        Assert.Equal(before, Count(await gateway.FiguresAsync(), "ingested"));
    }

    [Fact]
    public async Task ProcessesAll_AndSaysHowLongThatTook_WhenEventsCome()
    {
        long before = Count(await gateway.FiguresAsync(), "processed");
        (await _api.PostAsync(Given.Array(Enumerable.Range(0, 100).Select(_ => Given.Transaction())))).Expect(200);
        var after = await gateway.FiguresAsync("all processed", f => Count(f, "lag") == 0);
        Assert.Equal(before + 100, Count(after, "processed"));
        Assert.Equal(before + 100, after.GetProperty("stream").GetProperty("count").GetInt64());
        var latency = after.GetProperty("stream").GetProperty("latencyMs");
        Assert.InRange(latency.GetProperty("p50").GetDouble(), 0.01, latency.GetProperty("p99").GetDouble());
    }

    [Fact]
    public async Task TheBatchCatchesUpAndStalenessFalls_WhenItRuns()
    {
        (await gateway.PutAsync("/v1/pipeline/batch", """{"intervalSeconds":3}""")).Expect(200);
        var level = await gateway.FiguresAsync("the batch is level", f => Batch(f, "count") == Count(f, "ingested"));
        Assert.Equal(0, level.GetProperty("batch").GetProperty("stalenessSeconds").GetDouble());
        (await _api.PostAsync(Given.Array(Enumerable.Range(0, 30).Select(_ => Given.Transaction())))).Expect(200);
        var behind = await gateway.FiguresAsync();
        if (Batch(behind, "count") == Batch(level, "count"))
            await gateway.FiguresAsync("staleness grows", f => f.GetProperty("batch").GetProperty("stalenessSeconds").GetDouble() > 0.2 || Batch(f, "count") > Batch(level, "count"));
        var after = await gateway.FiguresAsync("the batch has them", f => Batch(f, "count") == Batch(level, "count") + 30);
        Assert.Equal(30, after.GetProperty("batch").GetProperty("lastAdded").GetInt64());
        Assert.Equal(0, after.GetProperty("batch").GetProperty("stalenessSeconds").GetDouble());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task KeepsItsCounts_WhenTheProcessIsStartedAgain(bool kill)
    {
        (await gateway.PutAsync("/v1/pipeline/batch", """{"intervalSeconds":1}""")).Expect(200);
        await _api.DecideAsync(Given.Transaction());
        var before = await gateway.FiguresAsync("all level", f => Batch(f, "count") == Count(f, "ingested") && Count(f, "lag") == 0);
        await gateway.RestartAsync(kill);
        var after = await gateway.FiguresAsync("counted again", f => Count(f, "ingested") == Count(before, "ingested") && Count(f, "lag") == 0);
        Assert.Equal(Batch(before, "count"), Batch(after, "count"));
        Assert.Equal(1, after.GetProperty("batch").GetProperty("intervalSeconds").GetDouble());
        (await _api.PostAsync(Given.Transaction())).Expect(202);
        await gateway.FiguresAsync("the batch goes on", f => Batch(f, "count") == Batch(before, "count") + 1 && Count(f, "processed") == Count(before, "processed") + 1);
    }

    [Theory]
    [InlineData("""{"intervalSeconds":0.5}""", 0.5)]
    [InlineData("""{"intervalSeconds":86400,"other":1}""", 86_400)]
    [InlineData("""{"intervalSeconds":5}""", 5)]
    public async Task TakesTheInterval_WhenItIsAllowed(string body, double seconds)
    {
        var answer = (await gateway.PutAsync("/v1/pipeline/batch", body)).Expect(200).Json;
        Assert.Equal(seconds, answer.GetProperty("intervalSeconds").GetDouble());
        Assert.Equal(seconds, (await gateway.FiguresAsync()).GetProperty("batch").GetProperty("intervalSeconds").GetDouble());
    }

    [Theory]
    [InlineData("""{}""", 422, "missing-field")]
    [InlineData("""{"intervalSeconds":0}""", 422, "invalid-interval-seconds")]
    [InlineData("""{"intervalSeconds":-5}""", 422, "invalid-interval-seconds")]
    [InlineData("""{"intervalSeconds":86401}""", 422, "invalid-interval-seconds")]
    [InlineData("""{"intervalSeconds":1e999}""", 422, "invalid-interval-seconds")]
    [InlineData("""{"intervalSeconds":"5"}""", 422, "invalid-interval-seconds")]
    [InlineData("""{"intervalSeconds":null}""", 422, "invalid-interval-seconds")]
    [InlineData("""[5]""", 400, "not-an-object")]
    [InlineData("""{"intervalSeconds":""", 400, "malformed-json")]
    public async Task RefusesTheInterval_WhenTheBodyIs(string body, int status, string code) =>
        (await gateway.PutAsync("/v1/pipeline/batch", body)).Expect(status, code);

    [Fact]
    public async Task RefusesTheInterval_WhenItIsNoJson() =>
        (await gateway.PutAsync("/v1/pipeline/batch", "intervalSeconds=5", "application/x-www-form-urlencoded")).Expect(415, "unsupported-content-type");

    [Fact]
    public async Task SendsFiguresAtOnceAndWhenTheyChange_WhenStreamed()
    {
        await using var stream = await EventReader.OpenAsync(_api, "/v1/pipeline/stream");
        var first = await stream.NextAsync();
        Assert.Equal("pipeline", first.EventType);
        long before = Ingested(first.Data);
        await _api.DecideAsync(Given.Transaction());
        while (true)
        {
            var next = await stream.NextAsync();
            Assert.Equal("pipeline", next.EventType);
            if (Ingested(next.Data) == before + 1) return;
        }
    }

    [Fact]
    public async Task TellsOfARecordAndWhatBecameOfIt_WhenRecordsAreAskedFor()
    {
        await using var stream = await EventReader.OpenAsync(_api, "/v1/pipeline/stream?records=true");
        var decision = (await _api.DecideAsync(Given.Transaction())).Json;
        string position = decision.GetProperty("position").GetString()!;
        var seen = new List<string>();
        while (true)
        {
            var next = await stream.NextAsync();
            if (next.EventType is not ("ingested" or "processed")) continue;
            var record = JsonDocument.Parse(next.Data).RootElement.GetProperty("records").EnumerateArray().FirstOrDefault(r => r.GetProperty("position").GetString() == position);
            if (record.ValueKind == JsonValueKind.Undefined) continue;
            seen.Add(next.EventType);
            if (next.EventType != "processed") continue;
            Assert.Equal("approve", record.GetProperty("labels").GetProperty("outcome").GetString());
            Assert.True(record.GetProperty("latencyMs").GetDouble() > 0);
            if (record.TryGetProperty("output", out var output))
            {
                Assert.Equal(decision.GetProperty("id").GetString(), output.GetProperty("id").GetString());
                break;
            }
            // Only a few a second come whole, and other tests had them: another one.
            decision = (await _api.DecideAsync(Given.Transaction())).Json;
            position = decision.GetProperty("position").GetString()!;
            seen.Clear();
        }
        Assert.Equal(["ingested", "processed"], seen);
    }

    [Fact]
    public async Task TellsOfEachBatch_WhenRecordsAreAskedFor()
    {
        (await gateway.PutAsync("/v1/pipeline/batch", """{"intervalSeconds":0.5}""")).Expect(200);
        await gateway.FiguresAsync("the batch is level", f => Batch(f, "count") == Count(f, "ingested"));
        await using var stream = await EventReader.OpenAsync(_api, "/v1/pipeline/stream?records=true");
        await stream.NextAsync();
        (await _api.PostAsync(Given.Transaction())).Expect(202);
        long before = -1;
        while (await stream.NextAsync() is var next)
        {
            if (next.EventType != "batch") continue;
            var batch = JsonDocument.Parse(next.Data).RootElement;
            long count = batch.GetProperty("count").GetInt64(), added = batch.GetProperty("added").GetInt64();
            // What another test handed in last may be in the first one.
            if (before < 0)
            {
                before = count;
                (await _api.PostAsync(Given.Transaction())).Expect(202);
                continue;
            }
            Assert.Equal(count - before, added);
            if (added == 0) continue;
            // The second alone, or both, when the first one told of was a run before this test.
            Assert.InRange(added, 1, 2);
            var figures = await gateway.FiguresAsync();
            Assert.Equal(Batch(figures, "count"), batch.GetProperty("count").GetInt64());
            Assert.Equal(Count(figures, "ingested"), batch.GetProperty("positions").GetProperty("transactions").EnumerateArray().Sum(p => p.GetInt64()));
            return;
        }
    }

    [Fact]
    public async Task GoesOnWithWhatWasMissed_WhenResumed()
    {
        string? last;
        await using (var first = await EventReader.OpenAsync(_api, "/v1/pipeline/stream?records=true"))
        {
            last = (await first.NextAsync()).EventId;
            var decision = (await _api.DecideAsync(Given.Transaction())).Json.GetProperty("position").GetString()!;
            while (!(await first.NextAsync()).Data.Contains(decision, StringComparison.Ordinal)) { }
            await using var second = await EventReader.OpenAsync(_api, "/v1/pipeline/stream?records=true", last);
            var types = new List<string>();
            while (true)
            {
                var next = await second.NextAsync();
                types.Add(next.EventType);
                if (next.EventType == "ingested" && next.Data.Contains(decision, StringComparison.Ordinal)) break;
            }
            Assert.DoesNotContain("reset", types);
        }
    }

    [Theory]
    [InlineData("1-5")]
    [InlineData("1-99999999999999999")]
    [InlineData("nonsense")]
    public async Task SendsResetThenFigures_WhenTheCursorIs(string cursor)
    {
        await using var stream = await EventReader.OpenAsync(_api, "/v1/pipeline/stream", cursor);
        Assert.Equal("reset", (await stream.NextAsync()).EventType);
        Assert.Equal("pipeline", (await stream.NextAsync()).EventType);
    }

    [Fact]
    public async Task JoinsOtherTopics_WhenSeveralAreAskedFor()
    {
        string? last;
        await using (var stream = await EventReader.OpenAsync(_api, "/v1/stream?topics=decisions,pipeline"))
        {
            await _api.DecideAsync(Given.Transaction());
            var types = new HashSet<string>();
            System.Net.ServerSentEvents.SseItem<string> next;
            do types.Add((next = await stream.NextAsync()).EventType); while (types.Count < 2);
            Assert.Equal(["decision", "pipeline"], types.Order());
            last = next.EventId;
        }
        // A restart forgets the pipeline's frames; the decisions of meanwhile are not lost for it.
        string card = Given.Card();
        await _api.DecideAsync(Given.Transaction(card));
        await gateway.RestartAsync(kill: true);
        await using var resumed = await EventReader.OpenAsync(_api, "/v1/stream?topics=decisions,pipeline", last);
        while (true)
        {
            var next = await resumed.NextAsync();
            Assert.NotEqual("reset", next.EventType);
            if (next.EventType == "decision" && EventReader.Member(next, "cardId") == card) return;
        }
    }

    [Theory]
    [InlineData("/v1/pipeline/stream?records=yes")]
    [InlineData("/v1/stream?topics=pipeline&records=1")]
    public async Task RefusesWith400_WhenRecordsIsNeitherTrueNorFalse(string path) => (await _api.GetAsync(path)).Expect(400, "invalid-records");

    private static long Count(JsonElement figures, string name) => figures.GetProperty(name).GetInt64();

    private static long Batch(JsonElement figures, string name) => figures.GetProperty("batch").GetProperty(name).GetInt64();

    private static long Ingested(string json) => JsonDocument.Parse(json).RootElement.GetProperty("ingested").GetInt64();
}
