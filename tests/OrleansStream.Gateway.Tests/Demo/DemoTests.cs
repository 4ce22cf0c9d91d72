using System.Text.Json;
using OrleansStream.Gateway.Tests.Decisions;
using OrleansStream.Gateway.Tests.PipelineView;

namespace OrleansStream.Gateway.Tests.Demo;

/// <summary><c>/v1/demo</c>. Tests of this class run one after another on a pipeline of their own; each stops the load it started.</summary>
public sealed class DemoTests(PipelineGateway gateway) : IClassFixture<PipelineGateway>
{
    private const string Path = "/v1/demo";

    [Fact]
    public async Task HandsInEventsAtTheRate_UntilItIsStopped()
    {
        Assert.False((await gateway.Api.GetAsync(Path)).Expect(200).Json.GetProperty("running").GetBoolean());
        long before = Ingested(await gateway.FiguresAsync());
        var started = (await gateway.PutAsync(Path, """{"scenario":"fraud","ratePerSecond":50}""")).Expect(200).Json;
        Assert.True(started.GetProperty("running").GetBoolean());
        await gateway.FiguresAsync("events come", f => Ingested(f) >= before + 100);
        var stopped = (await gateway.DeleteAsync(Path)).Expect(200).Json;
        Assert.False(stopped.GetProperty("running").GetBoolean());
        var level = await gateway.FiguresAsync("all processed", f => f.GetProperty("lag").GetInt64() == 0);
        await gateway.FiguresAsync("another poll of the batch", f => Polls(f) >= Polls(level) + 1);
        var status = (await gateway.Api.GetAsync(Path)).Json;
        // The figures follow the log. They end at exactly what was handed in, by this test and those before: nobody else hands in anything here.
        long events = status.GetProperty("events").GetInt64();
        await gateway.FiguresAsync("all counted", f => Ingested(f) >= events);
        Assert.Equal(events, Ingested(await gateway.FiguresAsync()));
        Assert.Equal(0, status.GetProperty("refused").GetInt64());
    }

    [Fact]
    public async Task DeclinesTheCardThatWasInDelhiAndThenInNewYork_WhenItRuns()
    {
        await using var declines = await EventReader.OpenAsync(gateway.Api, "/v1/decisions/stream?outcome=decline");
        (await gateway.PutAsync(Path, """{"ratePerSecond":20}""")).Expect(200);
        var decline = JsonDocument.Parse((await declines.NextAsync()).Data).RootElement;
        (await gateway.DeleteAsync(Path)).Expect(200);
        Assert.StartsWith("demo-traveller-", decline.GetProperty("cardId").GetString(), StringComparison.Ordinal);
        Assert.Equal("IMPOSSIBLE_TRAVEL", decline.GetProperty("reasons")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task EndsByItself_WhenNobodyWatchesAnyMore()
    {
        await using (await EventReader.OpenAsync(gateway.Api, "/v1/pipeline/stream"))
            Assert.True((await gateway.PutAsync(Path, """{"whileWatched":true}""")).Expect(200).Json.GetProperty("whileWatched").GetBoolean());
        for (long started = Environment.TickCount64; (await gateway.Api.GetAsync(Path)).Json.GetProperty("running").GetBoolean(); await Task.Delay(200, TestContext.Current.CancellationToken))
            Assert.True(Environment.TickCount64 - started < 60_000, "It goes on without anybody.");
    }

    [Fact]
    public async Task ChangesContexts_WhenPeopleChat()
    {
        await using var contexts = await EventReader.OpenAsync(gateway.Api, "/v1/contexts/stream");
        (await gateway.PutAsync(Path, """{"scenario":"chat","ratePerSecond":20}""")).Expect(200);
        var change = JsonDocument.Parse((await contexts.NextAsync()).Data).RootElement;
        (await gateway.DeleteAsync(Path)).Expect(200);
        Assert.StartsWith("demo-chat-", change.GetProperty("conversationId").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"scenario":"nothing"}""", 422, "invalid-scenario")]
    [InlineData("""{"scenario":7}""", 422, "invalid-scenario")]
    [InlineData("""{"ratePerSecond":0}""", 422, "invalid-rate-per-second")]
    [InlineData("""{"ratePerSecond":5001}""", 422, "invalid-rate-per-second")]
    [InlineData("""{"ratePerSecond":"1"}""", 422, "invalid-rate-per-second")]
    [InlineData("""{"whileWatched":1}""", 422, "invalid-while-watched")]
    [InlineData("""[]""", 400, "not-an-object")]
    [InlineData("""{""", 400, "malformed-json")]
    public async Task RefusesAndChangesNothing_WhenTheBodyIs(string body, int status, string code)
    {
        (await gateway.PutAsync(Path, body)).Expect(status, code);
        Assert.False((await gateway.Api.GetAsync(Path)).Json.GetProperty("running").GetBoolean());
    }

    [Fact]
    public async Task SaysAllThatIsWrong_WhenSeveralThingsAre()
    {
        var reply = (await gateway.PutAsync(Path, """{"scenario":"nothing","ratePerSecond":-1}""")).Expect(422);
        Assert.Equal(["invalid-scenario", "invalid-rate-per-second"], reply.Json.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("code").GetString()));
    }

    private static long Ingested(JsonElement figures) => figures.GetProperty("ingested").GetInt64();

    private static long Polls(JsonElement figures) => figures.GetProperty("batch").GetProperty("polls").GetInt64();
}
